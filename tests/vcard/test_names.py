import pytest

from netcard.vcard import Name, split_name


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Ada Okafor", Name("Okafor", "Ada")),
        ("Dr Ngozi Okonjo-Hale", Name("Okonjo-Hale", "Ngozi", prefix="Dr")),
        ("Dr Okonjo-Hale", Name("Okonjo-Hale", prefix="Dr")),
        ("Dr van Dijk", Name("van Dijk", prefix="Dr")),
        ("Prof. Dr. med. Ida Groß-Lüd", Name("Groß-Lüd", "Ida", prefix="Prof. Dr. med.")),
        ("Zoë van der Berg", Name("van der Berg", "Zoë")),
        ("María de la Cruz", Name("de la Cruz", "María")),
        ("José Ortega y Gasset", Name("Ortega y Gasset", "José")),
        ("Van Morrison", Name("Morrison", "Van")),
        ("Mary Jane Watson", Name("Watson", "Mary Jane")),
        ("Yo-Yo Ma", Name("Ma", "Yo-Yo")),
        ("Amrit Lall, MD, PhD", Name("Lall", "Amrit", suffix="MD, PhD")),
        ("Amrit Lall MD PhD", Name("Lall", "Amrit", suffix="MD PhD")),
        ("Sammy Davis Jr.", Name("Davis", "Sammy", suffix="Jr.")),
        ("Okafor, Ada", Name("Okafor", "Ada")),
        ("van der Berg, Dr Zoë, FRCS (Plast)", Name("van der Berg", "Zoë", "", "Dr", "FRCS (Plast)")),
        ("Cher", Name(given="Cher")),
        ("Dr", Name(given="Dr")),
        ("王小明", Name(given="王小明")),
        ("محمد بن سلمان", Name("سلمان", "محمد بن")),
        ("", Name()),
    ],
)
def test_a_full_name_is_split(full_name, parts):
    assert split_name(full_name) == parts
