"""All of an owner's people as one file: vCards for another address book, a table for a spreadsheet.

Written whole into a temporary file first and sent then, so that what arrives is all or an error,
never half. Read in one snapshot, a few cards at a time: 10,000 with photos take no more memory than 10.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from typing import IO, Any
from uuid import UUID

from flask import Response, abort, request, url_for
from flask_login import login_required
from sqlalchemy import Row, and_, literal, select, tuple_
from werkzeug.wrappers import Response as AnyResponse
from werkzeug.wsgi import FileWrapper

from netcard import vcard
from netcard.contacts import earlier, rules, search
from netcard.contacts.blueprint import asked, bp, owner_zone
from netcard.contacts.cells import guarded, joined
from netcard.contacts.details import links_of
from netcard.contacts.models import Contact, Encounter
from netcard.database import Utc, db, now, snapshot
from netcard.errors import BrokenCard
from netcard.events.models import Event
from netcard.vcard.projection import name_parts
from netcard.web.answers import go, scratch_file, toast
from netcard.web.owner import owner_id

Facts = Row[*tuple[Any, ...]]
"""A row of columns, named as they are."""

PAGE = 500
"""Rows without their cards that are read at once."""
BYTES_AT_ONCE = 4_000_000
"""Of card text; one card is a megabyte at most."""

BOM = b"\xef\xbb\xbf"  # Excel takes a table without it for the letters of its own country

HEADINGS = (
    "Name",
    "Prefix",
    "Given name",
    "Middle name",
    "Family name",
    "Suffix",
    "Institution",
    "Department",
    "Title",
    "Role",
    "E-mail",
    "Phone",
    "Tags",
    "Note",
    "Website",
    "Starred",
    "First met",
    "Last met",
    "Event",
    "Poster",
    "Discussed",
    "Promised",
    "Promised by",
    "Offered",
    "Earlier meetings",
)
"""The table's columns. Several values stand in one cell as `cells.joined` puts them; each cell is
`cells.guarded`. Dates are ISO 8601 in the owner's time zone. `importing` reads all of it back."""


# --- pages --------------------------------------------------------------------


@bp.get("/contacts/export.vcf")
@login_required
def export_vcf() -> AnyResponse:
    """Everyone, or those the list's filters leave, as vCards: 3.0, or 4.0 on request."""
    version = request.args.get("version") or "3.0"
    if version not in ("3.0", "4.0"):
        abort(422, "A vCard comes as version 3.0 or 4.0.")
    owner, wanted = owner_id(), asked()
    file = scratch_file()
    try:
        with snapshot():
            write_vcards(file, owner, wanted, version)
    except BaseException:
        file.close()
        raise
    if not file.tell():  # address books call an empty file broken
        file.close()
        toast("Nobody to export yet." if not wanted.narrowed else "Nobody there to export.")
        return go(url_for("contacts.index"))
    return _sent(file, "text/vcard; charset=utf-8", "vcf")


@bp.get("/contacts/export.csv")
@login_required
def export_csv() -> AnyResponse:
    """Everyone, or those the list's filters leave, as a table; of nobody, its headings."""
    owner, wanted, zone = owner_id(), asked(), owner_zone()
    file = scratch_file()
    try:
        with snapshot():
            write_table(file, owner, wanted, zone)
    except BaseException:
        file.close()
        raise
    return _sent(file, "text/csv; charset=utf-8", "csv")


def _sent(file: IO[bytes], content_type: str, suffix: str) -> Response:
    size = file.tell()
    file.seek(0)
    response = Response(FileWrapper(file, 65536), content_type=content_type, direct_passthrough=True)
    response.content_length = size
    day = now().astimezone(owner_zone()).date()
    response.headers.set("Content-Disposition", "attachment", filename=f"netcard-people-{day}.{suffix}")
    return response


# --- vCards -------------------------------------------------------------------


def write_vcards(file: IO[bytes], owner: UUID, wanted: search.Wanted, version: str = "3.0") -> None:
    """Write the cards one after the other. Inside `snapshot()`."""
    convert = vcard.to_version_4 if version == "4.0" else vcard.to_version_3
    for page in pages(owner, wanted):
        for row, data in _with_cards(owner, page):
            text = convert(_parsed(row, data))
            file.write(text.removeprefix(BOM).strip(b" \t\r\n") + b"\r\n")


# --- the table ----------------------------------------------------------------


def write_table(file: IO[bytes], owner: UUID, wanted: search.Wanted, zone: tzinfo) -> None:
    """Write headings and a row for each person: UTF-8 with its mark, CRLF, every cell in quotes.

    Inside `snapshot()`.
    """
    # a half of a surrogate pair, which only a broken card has, must not stop the rest
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(HEADINGS)
    for page in pages(owner, wanted):
        met = _meetings(owner, [row.id for row in page])
        for row, data in _with_cards(owner, page):
            cells = _cells(row, _parsed(row, data), met.get(row.id, ()), zone)
            table.writerow(guarded(cell) for cell in cells)
    text.detach()


def _cells(row: Facts, card: vcard.Card, met: Sequence[Facts], zone: tzinfo) -> list[str]:
    shown = vcard.project(card)
    last = met[0] if met else None
    return [
        shown.full_name,
        shown.prefix,
        shown.given,
        name_parts(card).additional,
        shown.family,
        shown.suffix,
        shown.institution,
        shown.department,
        shown.title,
        row.role,
        joined(shown.emails),
        joined(shown.phones),
        joined(shown.tags),
        shown.note,
        joined(links_of(card)),
        "yes" if row.starred_at else "",
        _iso(next(filter(None, (_day(one, zone) for one in reversed(met))), None)),
        _iso(_day(last, zone)) if last else "",
        (last.event or "") if last else "",
        last.poster if last else "",
        last.discussed if last else "",
        last.promised if last else "",
        last.promised_by.isoformat() if last and last.promised_by else "",
        last.offered if last else "",
        earlier.written(_told(one, zone) for one in met[1:]),
    ]


def _told(met: Facts, zone: tzinfo) -> earlier.Meeting:
    return earlier.Meeting(
        day=_day(met, zone),
        event=met.event or "",
        poster=met.poster,
        discussed=met.discussed,
        promised=met.promised,
        promised_by=met.promised_by,
        offered=met.offered,
    )


def _day(met: Facts, zone: tzinfo) -> date | None:
    return met.met_at.astimezone(zone).date() if rules.has_day(met.met_at) else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# --- reading ------------------------------------------------------------------


def pages(owner: UUID, wanted: search.Wanted) -> Iterator[list[Facts]]:
    """The owner's contacts without their cards, last met first, PAGE at a time."""
    query = (
        select(Contact.id, Contact.met_at, Contact.size, Contact.role, Contact.starred_at)
        .where(*search.found_by(owner, wanted))
        .order_by(Contact.met_at.desc(), Contact.id.desc())
        .limit(PAGE)
    )
    page = list(db.session.execute(query))
    while page:
        yield page
        last = tuple_(literal(page[-1].met_at, Utc), literal(page[-1].id))
        page = list(db.session.execute(query.where(tuple_(Contact.met_at, Contact.id) < last)))


def _with_cards(owner: UUID, page: Iterable[Facts]) -> Iterator[tuple[Facts, bytes]]:
    for some in _by_weight(page):
        query = select(Contact.id, Contact.vcard).where(
            Contact.owner_id == owner, Contact.id.in_([row.id for row in some])
        )
        cards = dict(db.session.execute(query).tuples().all())
        for row in some:
            yield row, cards.pop(row.id)


def _by_weight(page: Iterable[Facts]) -> Iterator[list[Facts]]:
    some: list[Facts] = []
    weight = 0
    for row in page:
        if some and weight + row.size > BYTES_AT_ONCE:
            yield some
            some, weight = [], 0
        some.append(row)
        weight += row.size
    if some:
        yield some


def _meetings(owner: UUID, contacts: Sequence[UUID]) -> dict[UUID, list[Facts]]:
    """Their meetings, the latest first."""
    found: dict[UUID, list[Facts]] = {}
    event = and_(Event.owner_id == owner, Event.id == Encounter.event_id, Event.deleted_at.is_(None))
    for met in db.session.execute(
        select(
            Encounter.contact_id,
            Encounter.met_at,
            Event.name.label("event"),
            Encounter.poster,
            Encounter.discussed,
            Encounter.promised,
            Encounter.promised_by,
            Encounter.offered,
        )
        .outerjoin(Event, event)
        .where(Encounter.owner_id == owner, Encounter.contact_id.in_(contacts))
        .where(Encounter.deleted_at.is_(None))
        .order_by(Encounter.met_at.desc(), Encounter.id.desc())
    ):
        found.setdefault(met.contact_id, []).append(met)
    return found


def _parsed(row: Facts, data: bytes) -> vcard.Card:
    try:
        return vcard.parse(data)
    except BrokenCard as broken:  # it was read before it was kept: our fault, not the asker's
        raise RuntimeError(f"the card of contact {row.id} was damaged where it is kept") from broken
