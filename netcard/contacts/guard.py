"""A gentle guard: what in a note may point to a patient. It warns and never refuses.

Of the identifiers of 45 CFR 164.514(b)(2) it looks for those that slip into a note about a colleague:
numbers of records and insurances, dates of birth, a patient's name or initials, an age with a place or a
room. The signs stand in static/js/patient-signs.js, which the browser reads as well, because the capture
form works with no network.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask import request

from netcard.web.answers import toast
from netcard.web.assets import STATIC

SEEN = "guard_seen"
"""The field by which a form says that its reader was warned while writing."""

BEFORE = 40  # characters that may clear a sign


@dataclass(frozen=True)
class Found:
    """The first words of a text that may point to a patient, and what to leave out."""

    words: str
    advice: str


def look(text: str) -> Found | None:
    """What in `text` may point to a patient; None where nothing does."""
    plain = unicodedata.normalize("NFKC", text)
    for sign in _SIGNS:
        for match in sign.pattern.finditer(plain):
            start = match.start(1)
            before = plain[max(0, start - BEFORE) : start]
            if sign.unless and sign.unless.search(before):
                continue
            if sign.check and not _CHECKS[sign.check](match.group(1)):
                continue
            return Found(match.group(1).strip(), sign.advice)
    return None


def saved(words: str, *texts: str | None, page: str) -> None:
    """Say on the next page that it was saved and, where one of the texts may point to a patient, that too.

    `words` say what was saved, and may be empty where the page shows it; `page` is where to look once
    more. Whoever was warned while writing is not told again.
    """
    if SEEN not in request.form and any(look(text) for text in texts if text):
        toast(f"{words or 'Saved.'} This could point to a patient: look once more.", link=(page, "Look"))
    elif words:
        toast(words)


def nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: weights 10 to 2, eleven less the rest (NHS Data Dictionary)."""
    digits = digits.replace(" ", "")
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest != 1 and (11 - rest) % 11 == int(digits[9])


_CHECKS = {"nhs": nhs_number}


@dataclass(frozen=True)
class _Sign:
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    check: str
    advice: str


def _read() -> list[_Sign]:
    script = (STATIC / "js" / "patient-signs.js").read_text("utf-8")
    data: dict[str, Any] = json.loads(script.partition("\nexport default")[2].rstrip().removesuffix(";"))
    return [
        _Sign(
            re.compile(_whole(sign["pattern"], data["parts"]), re.IGNORECASE if "caseless" in sign else 0),
            re.compile(sign["unless"], re.IGNORECASE) if "unless" in sign else None,
            sign.get("check", ""),
            data["advice"][sign["advice"]],
        )
        for sign in data["signs"]
    ]


def _whole(pattern: str, parts: dict[str, str]) -> str:
    named = re.compile(r"\{([a-z][a-z ]*)\}")
    while named.search(pattern):
        pattern = named.sub(lambda match: parts[match.group(1)], pattern)
    return pattern


_SIGNS = _read()
