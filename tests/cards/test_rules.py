"""What a handle, a phone number and a file's name may be."""

import pytest

from netcard.cards import rules


@pytest.mark.parametrize(
    "handle", ["ad", "ada", "ada-okafor", "a1", "1a", "a-b-c", "x" * 30, "a-" * 29 + "a"]
)
def test_a_handle_is_letters_digits_and_single_hyphens(handle: str) -> None:
    assert rules.problem_with(handle) is None


@pytest.mark.parametrize(
    "handle",
    ["", "a", "-a", "a-", "a--b", "ada_o", "ada o", "a.b", "x" * 31, "ada\n", "\u212aa", "a/b", "\x00ab"],
)  # fmt: skip
def test_anything_else_is_no_handle(handle: str) -> None:
    assert rules.problem_with(handle)
    assert not rules.is_handle(handle)


@pytest.mark.parametrize(
    "word", ["admin", "www", "support", "netcard", "cards", "capture", "login", "settings", "qr"]
)
def test_words_that_speak_for_netcard_are_reserved(word: str) -> None:
    assert "netcard itself" in (rules.problem_with(word) or "")


def test_a_handle_is_taken_out_of_what_was_pasted() -> None:
    assert rules.typed_handle(" Ada-Okafor ") == "ada-okafor"
    assert rules.typed_handle("@ada") == "ada"
    assert rules.typed_handle("HTTPS://NETCARD.EXAMPLE/C/ADA/") == "ada"


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Ada Okafor", "ada-okafor"),
        ("Dr. Ada Okafor, MD, PhD", "ada-okafor"),
        ("Nguyễn Văn Đức", "nguyen-van-duc"),
        ("Łukasz O'Brien-Straße", "lukasz-obrien-strasse"),
        ("Søren Kierkegaard", "soren-kierkegaard"),
        ("李明", ""),
        ("Q", ""),
        ("X" * 90, "x" * 30),
    ],
)
def test_a_handle_is_suggested_from_a_name(name: str, handle: str) -> None:
    assert rules.suggested_handle(name) == handle
    assert not handle or rules.is_handle(handle)


def test_another_handle_stays_a_handle() -> None:
    assert rules.another_handle("ada-okafor", 2) == "ada-okafor-2"
    assert rules.is_handle(rules.another_handle("x" * 30, 12))
    assert rules.is_handle(rules.another_handle("a-" * 29 + "a", 12))


def test_the_address_stands_below_the_public_one() -> None:
    assert rules.address("https://netcard.example/", "ada") == "https://netcard.example/c/ada"
    assert rules.address("https://example.org/cards", "ada") == "https://example.org/cards/c/ada"
    assert rules.shown_address("http://localhost:8000", "ada") == "localhost:8000/c/ada"


def test_a_phone_number_loses_only_what_cannot_be_seen() -> None:
    assert rules.clean_phone("\u202a+1\u00a0617 555-0142\u202c") == "+1 617 555-0142"
    assert rules.clean_phone("٠١٢٣") == "0123"
    assert rules.problem_with_phone("(617) 555-0142 ext. 12") is None
    assert rules.problem_with_phone("call me")
    assert rules.problem_with_phone("12")


@pytest.mark.parametrize(
    ("pitch", "sentences"),
    [("", 0), ("One", 1), ("One. Two.", 2), ("See e.g.this. Why? Yes!", 3), ("一。二。", 2)],
)
def test_sentences_are_counted_roughly(pitch: str, sentences: int) -> None:
    assert rules.count_sentences(pitch) == sentences


def test_a_file_is_named_after_the_person() -> None:
    assert rules.file_name("Ada Okafor, MD", ".vcf") == ("Ada-Okafor.vcf", "Ada-Okafor.vcf")
    assert rules.file_name("Nguyễn Đức", ".vcf") == ("Nguyen-Duc.vcf", "Nguyễn-Đức.vcf")
    assert rules.file_name('../"x"\r\nSet-Cookie: y', ".vcf")[0] == "x-Set-Cookie-y.vcf"
    assert rules.file_name("李明", ".vcf") == ("Card.vcf", "李明.vcf")
