"""The templates an owner has: those that come along, as edited, and the owner's own.

Reading, and what is done about them; the latter called inside `writing()`.
"""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from netcard.database import db, now
from netcard.errors import Invalid, NotHere
from netcard.followups.drafting.fields import EXAMPLE, KNOWN, MARKS
from netcard.followups.drafting.wording import Rendered, parse, render
from netcard.followups.models import Template

MOST_OWN = 50
NAME, SUBJECT, TEXT = 60, 300, 8000
GONE = "There is no such template here."

_FILE = Path(__file__).with_name("templates.toml")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template as it is used, wherever it comes from. `key` is its name in addresses."""

    key: str
    name: str
    subject: str
    text: str
    when: str = ""
    kinds: tuple[str, ...] = ()
    own: bool = False
    """Made by the owner."""
    edited: bool = False
    """Came along, and says what the owner made of it."""

    def rendered(self, values: dict[str, str]) -> tuple[Rendered, Rendered]:
        """Subject and text. Both parse: they were checked when they were kept."""
        return _rendered(self.subject, values), _rendered(self.text, values)

    @property
    def example(self) -> str:
        """Its first sentences, filled with somebody made up."""
        text = _rendered(self.text, EXAMPLE).text
        return " ".join(text.partition("\n")[2].split())


def _rendered(source: str, values: dict[str, str]) -> Rendered:
    return render(parse(source, KNOWN), values, MARKS)


@cache
def come_along() -> dict[str, Pattern]:
    """The templates every owner begins with, by key."""
    found = tomllib.loads(_FILE.read_text(encoding="utf-8"))["template"]
    return {
        one["key"]: Pattern(**{**one, "kinds": tuple(one["kinds"]), "text": one["text"].strip()})
        for one in found
    }


def patterns_of(owner: UUID) -> dict[str, Pattern]:
    """All an owner has, by key: those that come along first, then the owner's own by name."""
    rows = db.session.scalars(
        select(Template)
        .where(Template.owner_id == owner, Template.deleted_at.is_(None))
        .order_by(Template.changed_at, Template.id)
    ).all()
    edited = {row.key: row for row in rows if row.key}
    first = {key: _as_edited(one, edited.get(key)) for key, one in come_along().items()}
    own = sorted((row for row in rows if not row.key), key=lambda row: (row.name.casefold(), row.id))
    return first | {
        str(row.id): Pattern(str(row.id), row.name, row.subject, row.text, own=True) for row in own
    }


def _as_edited(pattern: Pattern, row: Template | None) -> Pattern:
    if row is None:
        return pattern
    return replace(pattern, name=row.name, subject=row.subject, text=row.text, edited=True)


def pattern_of(owner: UUID, key: str) -> Pattern:
    """One by its key; raises NotHere."""
    found = patterns_of(owner).get(key)
    if found is None:
        raise NotHere(GONE)
    return found


def usual_for(patterns: dict[str, Pattern], kind: str) -> Pattern:
    """The one a kind of follow-up begins with."""
    return next((one for one in patterns.values() if kind in one.kinds), patterns["thanks"])


# --- what an owner does about them ---------------------------------------------


def add(owner: UUID, name: str, subject: str, text: str) -> Template:
    """One of the owner's own; raises Invalid where there are too many."""
    if sum(one.own for one in patterns_of(owner).values()) >= MOST_OWN:
        raise Invalid(
            {"name": f"That would be more than {MOST_OWN} templates of your own. Remove one first."}
        )
    row = Template(owner_id=owner, name=name, subject=subject, text=text)
    db.session.add(row)
    db.session.flush()
    return row


def change(owner: UUID, key: str, name: str, subject: str, text: str) -> None:
    """Word one anew; of one that comes along the owner's words are kept beside it."""
    pattern = pattern_of(owner, key)
    row = _row(owner, pattern)
    if row is None:
        row = Template(owner_id=owner, key=key)
        db.session.add(row)
    row.name, row.subject, row.text, row.changed_at = name, subject, text, now()


def put_away(owner: UUID, key: str) -> UUID:
    """Remove an own one, or take one that came along as it came. Gives the id by which it can be had back;
    raises NotHere where there is nothing of the owner's to put away."""
    row = _row(owner, pattern_of(owner, key))
    if row is None:
        raise NotHere("This template is as it came along.")
    row.deleted_at = now()
    return row.id


def have_back(owner: UUID, template_id: UUID) -> str:
    """Take `put_away` back; gives its key. Raises NotHere, and Invalid where there are too many."""
    row = db.session.get(Template, (owner, template_id))
    if row is None:
        raise NotHere(GONE)
    if row.deleted_at and not row.key and sum(one.own for one in patterns_of(owner).values()) >= MOST_OWN:
        raise Invalid(
            {"name": f"That would be more than {MOST_OWN} templates of your own. Remove one first."}
        )
    if row.key and (since := _row(owner, pattern_of(owner, row.key))):
        since.deleted_at = since.deleted_at or now()
    row.deleted_at = None
    return row.key or str(row.id)


def _row(owner: UUID, pattern: Pattern) -> Template | None:
    here = (Template.owner_id == owner, Template.deleted_at.is_(None))
    named = Template.id == UUID(pattern.key) if pattern.own else Template.key == pattern.key
    latest = (Template.changed_at.desc(), Template.id.desc())
    return db.session.scalars(select(Template).where(*here, named).order_by(*latest).limit(1)).first()
