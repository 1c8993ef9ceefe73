"""Earlier versions of a card: what each change did, and bringing back what it overwrote."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import Response, url_for
from flask_login import login_required
from sqlalchemy import ColumnElement, exists, select
from werkzeug.wrappers import Response as AnyResponse

from netcard import vcard
from netcard.contacts import book, queries, rules
from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.details import Detail, details_of
from netcard.contacts.models import Contact, Revision
from netcard.database import db, now, writing
from netcard.errors import NotHere
from netcard.web.answers import answer, go, toast
from netcard.web.owner import owner_id

RESTORED = "restore"
BY = {
    "web": "in netcard",
    "capture": "with a capture",
    "import": "by an import",
    "merge": "when two people became one",
    "undo": "when a merge was taken back",
    "carddav": "on a phone",
    RESTORED: "by bringing an earlier version back",
}
"""Who overwrote a card, in words; any other is the name of a device."""

_TOLD = frozenset((
    "FN", "N", "ORG", "TITLE", "NOTE", "CATEGORIES", "PHOTO", "EMAIL", "TEL", "URL", "X-SOCIALPROFILE",
    "IMPP", "ADR", "BDAY", "ANNIVERSARY", "X-ANNIVERSARY", "X-ABDATE", "NICKNAME", "RELATED",
    "X-ABRELATEDNAMES", "X-ABLABEL",
))  # fmt: skip
"""Properties whose changes are told in words."""
_SILENT = frozenset(("REV", "PRODID", "VERSION"))
"""Stamps of the program that wrote the card: no person misses the old ones."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another; empty where it was not there before, or is not any more."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A card that was overwritten: by whom, and what that did to it."""

    revision: Revision
    by: str
    changes: list[Change]


# --- pages --------------------------------------------------------------------


@bp.get("/contacts/<uuid:contact_id>/versions")
@login_required
def versions(contact_id: UUID) -> Response:
    """What was overwritten, the latest first, each with a way back."""
    contact = queries.contact_of(owner_id(), contact_id)
    zone = owner_zone()
    return answer(
        "contacts/versions.html",
        contact=contact,
        versions=versions_of(contact),
        kept=book.REVISIONS,
        zone=zone,
        today=now().astimezone(zone).date(),
        day_name=rules.day_name,
    )


@bp.post("/contacts/<uuid:contact_id>/versions/<uuid:revision_id>/restore")
@login_required
def restore_version(contact_id: UUID, revision_id: UUID) -> AnyResponse:
    """Put an earlier card in place of the one there is, which is kept in its turn."""
    with writing():
        contact = queries.contact_of(owner_id(), contact_id)
        earlier = vcard.parse(revision_of(contact, revision_id).vcard)
        changed = book.change(contact, lambda _: earlier, RESTORED)
        overwritten = latest_of(contact)
    if changed and overwritten:
        undo = url_for("contacts.restore_version", contact_id=contact_id, revision_id=overwritten)
        toast("The earlier version is back.", undo=undo)
    else:
        toast("It is like this already.")
    return go(url_for("contacts.page", contact_id=contact_id))


# --- reading ------------------------------------------------------------------


def has_versions(contact: Contact) -> bool:
    """Whether anything of the contact's card was ever overwritten."""
    return bool(db.session.scalar(exists().where(*_of(contact)).select()))


def versions_of(contact: Contact) -> list[Version]:
    """The cards that were overwritten, the latest first, each against the one that followed it."""
    found = []
    later = vcard.parse(contact.vcard)
    query = select(Revision).where(*_of(contact))
    for revision in db.session.scalars(query.order_by(Revision.replaced_at.desc(), Revision.id.desc())):
        card = vcard.parse(revision.vcard)
        by = BY.get(revision.replaced_by) or f"by {revision.replaced_by}"
        found.append(Version(revision, by, differences(card, later)))
        later = card
    return found


def revision_of(contact: Contact, revision_id: UUID) -> Revision:
    """One of this contact's overwritten cards; raises NotHere."""
    revision = db.session.get(Revision, (contact.owner_id, revision_id))
    if revision is None or revision.contact_id != contact.id:
        raise NotHere("There is no such version here.")
    return revision


def latest_of(contact: Contact) -> UUID | None:
    """The card that was overwritten last."""
    query = select(Revision.id).where(*_of(contact))
    return db.session.scalar(query.order_by(Revision.replaced_at.desc(), Revision.id.desc()).limit(1))


def _of(contact: Contact) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Revision.owner_id == contact.owner_id, Revision.contact_id == contact.id


# --- differences --------------------------------------------------------------


def differences(before: vcard.Card, after: vcard.Card) -> list[Change]:
    """What a person would say has changed between two cards; pure."""
    one, other = vcard.project(before), vcard.project(after)
    changes = [
        Change(what, old, new)
        for what, old, new in (
            ("Name", one.full_name, other.full_name),
            ("Institution", one.institution, other.institution),
            ("Department", one.department, other.department),
            ("Title", one.title, other.title),
            ("Tags", ", ".join(one.tags), ", ".join(other.tags)),
        )
        if old != new
    ]
    changes += _details(details_of(before), details_of(after))
    if one.note != other.note:
        changes.append(Change("Note", *_lines_apart(one.note, other.note)))
    changes += _photo(before, after)
    if lines := _other_lines(before, after):
        changes.append(Change("Other lines", after=", ".join(lines)))
    return changes


def _details(before: list[Detail], after: list[Detail]) -> list[Change]:
    found = []
    for what in dict.fromkeys(one.what for one in (*before, *after)):
        gone = [_said(one) for one in before if one.what == what and one not in after]
        new = [_said(one) for one in after if one.what == what and one not in before]
        if len(gone) == len(new) == 1:
            found.append(Change(what, gone[0], new[0]))
        else:
            found += [
                *(Change(what, before=text) for text in gone),
                *(Change(what, after=text) for text in new),
            ]
    return found


def _said(one: Detail) -> str:
    return f"{one.text} ({one.kind})" if one.kind else one.text


def _lines_apart(before: str, after: str) -> tuple[str, str]:
    """Of two notes the lines that only one has; both whole where just their order differs."""
    old, new = before.splitlines(), after.splitlines()
    gone, come = _only_in(old, set(new)), _only_in(new, set(old))
    return (gone, come) if gone or come else (before, after)


def _only_in(lines: Iterable[str], others: set[str]) -> str:
    return "\n".join(line for line in lines if line.strip() and line not in others)


def _photo(before: vcard.Card, after: vcard.Card) -> list[Change]:
    old, new = vcard.photo(before), vcard.photo(after)
    if old == new:
        return []
    return [Change("Photo", "one" if old else "", ("another" if old else "one") if new else "")]


def _other_lines(before: vcard.Card, after: vcard.Card) -> list[str]:
    """Names of properties that no page shows and whose lines differ."""
    old, new = _counted(before), _counted(after)
    return sorted({name for name, *_ in (old - new) + (new - old)})


def _counted(card: vcard.Card) -> Counter[tuple[str, str]]:
    return Counter((line.name, line.source) for line in card.lines if line.name not in _TOLD | _SILENT)
