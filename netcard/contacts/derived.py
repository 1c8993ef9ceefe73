"""What a card is found by: columns, words, tags and signs, all derived from its text.

Nothing here is a truth of its own; `book` writes it in the transaction that stores the card.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from netcard import vcard
from netcard.contacts import rules

NO_NAME = "No name"

EMAIL, PHONE, NAME = "email", "phone", "name"
"""Kinds of sign: what two cards of one person may have in common."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Of one card: its columns, and the rows that stand beside it."""

    columns: dict[str, Any]
    words: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)  # folded -> as written
    signs: list[tuple[str, str]] = field(default_factory=list)  # (kind, value), each once


def derive(card: vcard.Card, contact_id: UUID, role: str = "", said: Iterable[str] = ()) -> Derived:
    """All that is kept of a card beside its text; `said` are netcard's own notes to find it by.

    Pure and slow (0.2 ms a card): call it before `writing()` where there are many.
    """
    data = card.to_bytes()
    shown = vcard.project(card)
    name = shown.full_name[:300]
    words = _words(shown, name or NO_NAME, role, said)
    return Derived(
        columns={
            "vcard": data,
            "size": len(data),
            "etag": vcard.etag(data),
            "uid": shown.uid[:255] or f"urn:uuid:{contact_id}",
            "name": name or NO_NAME,
            "institution": shown.institution[:300],
            "title": shown.title[:300],
            "email": next(iter(shown.emails), "").lower()[:254],
            "phone": next(iter(shown.phones), "")[:60],
            "folded": f" {' '.join(words)}",
            "has_photo": shown.has_photo,
        },
        words=words,
        tags=_labels(shown.tags),
        signs=signs_of(shown),
    )


def signs_of(shown: vcard.Projection) -> list[tuple[str, str]]:
    """Every e-mail, every phone and the name, in the form in which they are compared."""
    found: dict[tuple[str, str], None] = {}
    for email in shown.emails:
        found[EMAIL, email.lower()[:300]] = None
    for phone in shown.phones:
        if key := rules.phone_key(phone):
            found[PHONE, key] = None
    if name := rules.folded_name(shown.full_name, shown.given, shown.family):
        found[NAME, name[:300]] = None
    return list(found)


def _words(shown: vcard.Projection, name: str, role: str, said: Iterable[str]) -> list[str]:
    numbers = ("".join(filter(str.isdigit, phone)) for phone in shown.phones)
    return rules.search_words(
        (
            name,
            shown.institution[:300],
            shown.title[:300],
            shown.department,
            role,
            *shown.tags,
            *shown.emails,
            *shown.phones,
            *numbers,
            *said,
            shown.note,
        )
    )


def _labels(tags: Iterable[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for tag in tags:
        labels.setdefault(rules.fold(tag)[:60], tag[:60])
    return labels
