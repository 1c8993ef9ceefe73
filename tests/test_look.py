"""What holds for every style sheet, icon and template."""

import hashlib
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
STATIC = CHECKOUT / "static"
TEMPLATES = sorted((CHECKOUT / "templates").rglob("*.html"))
SHARED = {"ico", "voice"}
FOR_MAIL = CHECKOUT / "templates" / "cards" / "_signature.html"
"""Mail programs know styles as attributes only; shown as text, or in a document with a policy of its own."""


def _without_comments(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (STATIC / "css" / name).read_text(), flags=re.DOTALL)


def _selectors(css: str) -> list[str]:
    heads = re.findall(r"([^{};]+)\{", re.sub(r"@[^{;]+[{;]", "", css))
    return [one.strip() for head in heads for one in head.split(",") if one.strip()]


def _classes(css: str) -> set[str]:
    return {name for head in re.findall(r"([^{};]+)\{", css) for name in re.findall(r"\.([a-z][\w-]*)", head)}


def test_every_rule_of_the_public_card_stands_under_its_sheet() -> None:
    wrong = [
        one for one in _selectors(_without_comments("card.css")) if not re.match(r"(body)?\.sheet\b", one)
    ]

    assert wrong == []


def test_the_public_card_is_flat_so_that_old_browsers_read_all_of_it() -> None:
    depth = 0
    for char in re.sub(r"@media[^{]+\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", _without_comments("card.css")):
        depth += {"{": 1, "}": -1}.get(char, 0)
        assert depth <= 1


def test_the_two_style_sheets_share_no_class_but_those_named() -> None:
    both = _classes(_without_comments("card.css")) & _classes(_without_comments("app.css"))

    assert both - SHARED == {
        "sheet",
        "first",
    }  # .preview > .sheet, and .btn.first: neither styles the card alone


def test_the_public_card_is_small_enough_to_inline() -> None:
    assert len(_without_comments("card.css").strip().encode()) <= 5_500  # its comments stay at home


def test_the_owners_ink_is_the_same_in_both_style_sheets() -> None:
    inks = [
        dict(re.findall(r"\[data-ink=(\w+)\] \{ (--h: \d+; --c: [.\d]+)", _without_comments(name)))
        for name in ("card.css", "app.css")
    ]

    assert len(inks[0]) == 5
    assert inks[0].items() <= inks[1].items()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_that_the_content_policy_refuses(template: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.DOTALL)

    refused = re.findall(r"\s(style|on[a-z]+|hx-on[\w:-]*)=", source)
    assert [name for name in refused if not (name == "style" and template == FOR_MAIL)] == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", source) == []


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "icons.svg").read_text()))
    named = {
        name for path in TEMPLATES for name in re.findall(r"""icon\(["']([\w-]+)["']""", path.read_text())
    }

    assert named - drawn == set()


@pytest.mark.parametrize(
    "sums", sorted(STATIC.glob("vendor/*/SHA256SUMS")), ids=lambda path: path.parent.name
)
def test_a_vendored_file_is_the_one_that_was_taken(sums: Path) -> None:
    for line in sums.read_text().splitlines():
        wanted, name = line.split()
        assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == wanted
