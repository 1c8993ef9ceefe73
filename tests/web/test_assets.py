"""Small letters and pictures that every page uses."""

from pathlib import Path

import pytest

from netcard.web.assets import build_of, initials, mailto


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Okafor", "AO"),
        ("Prof. Margit Solheim", "MS"),
        ("Madonna", "M"),
        ("Tomás Rivera-Quint", "TR"),
        ("ßeta Test", "ST"),
        ("د. ليلى حدّاد", "ل\u200cح"),
        ("P-098", "P"),
        ("42", "?"),
        ("", "?"),
    ],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_the_build_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a")
    before = build_of(tmp_path)
    assert build_of(tmp_path) == before
    (tmp_path / "a.css").write_text("b")
    assert build_of(tmp_path) != before


def test_an_address_cannot_add_to_the_letter() -> None:
    assert mailto("ada@example.org") == "mailto:ada@example.org"
    assert mailto("a?bcc=b@example.org") == "mailto:a%3Fbcc%3Db@example.org"
