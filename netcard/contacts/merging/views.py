"""Pages of likely duplicates and of merging; nothing here merges by itself."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_login import current_user, login_required
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from netcard import vcard
from netcard.contacts import duplicates, likeness, queries, rules, search
from netcard.contacts.blueprint import bp, owner_zone
from netcard.contacts.details import details_of
from netcard.contacts.merging import actions, fields
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.merging.fields import Side
from netcard.contacts.merging.queries import kept_first, merge_by, met_among, written_with
from netcard.contacts.models import Contact
from netcard.contacts.versions import versions_of
from netcard.database import now, writing
from netcard.errors import BrokenCard, Conflict, NotHere
from netcard.web.answers import answer, go, toast
from netcard.web.owner import mine, owner_id

TOO_LARGE = (
    "Together the two cards are larger than a phone takes, 1 MB. Pick one photo, or shorten a note, and "
    "try again."
)

# --- likely duplicates --------------------------------------------------------


@bp.get("/contacts/duplicates", endpoint="duplicates")
@login_required
def likely_duplicates() -> Response:
    """Pairs that may be one person, each with the reason; the owner decides."""
    after = request.args.get("after", "")
    found = duplicates.likely(owner_id(), duplicates.Place.read(after))
    met = met_among(owner_id(), [card.id for pair in found.pairs for card in (pair.one, pair.other)])
    return answer(
        "contacts/duplicates.html",
        found=found,
        after=after,
        met=met,
        pairs=[(pair, *kept_first(pair.one, pair.other)) for pair in found.pairs],
        **_days(),
    )


@bp.post("/contacts/duplicates/apart")
@login_required
def tell_apart() -> AnyResponse:
    """Two namesakes are two people, for good."""
    one, other = _two()
    with writing():
        first, second = queries.contact_of(owner_id(), one), queries.contact_of(owner_id(), other)
        actions.tell_apart(first, second)
        names = f"{first.name} and {second.name}" if first.name != second.name else f"Both {first.name}"
    undo = url_for("contacts.join_again", one=one, other=other)
    toast(f"{names} stay two people.", undo=undo)
    return go(url_for("contacts.duplicates", after=request.form.get("after") or None))


@bp.post("/contacts/duplicates/apart/undo")
@login_required
def join_again() -> AnyResponse:
    """They may be one person after all."""
    one, other = _two()
    with writing():
        actions.join_again(owner_id(), one, other)
    return go(url_for("contacts.duplicates"))


def _two() -> tuple[UUID, UUID]:
    try:
        return UUID(request.values.get("one", "")), UUID(request.values.get("other", ""))
    except ValueError:
        raise NotHere(queries.GONE) from None


# --- merging ------------------------------------------------------------------


@bp.route("/contacts/<uuid:contact_id>/merge", methods=["GET", "POST"])
@login_required
def merge(contact_id: UUID) -> AnyResponse:
    """Two cards side by side, field by field; the one of the address is the one that stays."""
    kept = queries.contact_of(owner_id(), contact_id)
    named = request.values.get("with", "")
    if not named and request.method == "GET":
        return _whom(kept)
    gone = queries.contact_of(owner_id(), _other(named, contact_id))
    sides = _sides(kept, gone)
    if request.method == "GET":
        return _comparison(kept, gone, sides, MultiDict())
    sent = request.form
    if (kept.etag, gone.etag) != (sent.get("etag"), sent.get("with_etag")):
        return _comparison(kept, gone, sides, sent, 409, actions.CHANGED)
    try:
        card = vcard.merge(
            sides[0].card, sides[1].card, fields.choices(*sides, sent, _met_lines(kept, gone)), now()
        )
    except BrokenCard:
        return _comparison(kept, gone, sides, sent, 422, TOO_LARGE)
    agreed = Agreed(kept.etag, gone.etag, card, fields.role(*sides, sent))
    try:
        with writing():
            kept, gone = (queries.contact_of(owner_id(), key) for key in (kept.id, gone.id))
            merge_id = actions.merge(kept, gone, agreed).id
            name = gone.name
    except Conflict as changed:
        kept, gone = (queries.contact_of(owner_id(), key) for key in (contact_id, UUID(named)))
        return _comparison(kept, gone, _sides(kept, gone), sent, 409, str(changed))
    toast(f"Merged with {name}.", undo=url_for("contacts.undo_merge", merge_id=merge_id))
    return go(url_for("contacts.page", contact_id=contact_id))


@bp.get("/contacts/merges/<uuid:merge_id>")
@login_required
def merged(merge_id: UUID) -> Response:
    """What each of the two cards said before they became one, and earlier versions of the one that went."""
    row = merge_by(owner_id(), merge_id)
    kept, gone = mine(Contact, row.kept_id), mine(Contact, row.gone_id)
    cards = vcard.parse(row.kept_vcard), vcard.parse(gone.vcard)
    return answer(
        "contacts/merged.html",
        None,
        merge=row,
        kept=kept,
        gone=gone,
        told=[(vcard.project(card), details_of(card)) for card in cards],
        earlier=versions_of(gone),
        day_name=rules.day_name,
        **_days(),
    )


@bp.post("/contacts/merges/<uuid:merge_id>/undo")
@login_required
def undo_merge(merge_id: UUID) -> AnyResponse:
    """Two people again."""
    with writing():
        row = merge_by(owner_id(), merge_id)
        kept_id, name = row.kept_id, mine(Contact, row.gone_id).name
        actions.undo(row)
    toast(f"{name} is a person of their own again.")
    return go(url_for("contacts.page", contact_id=kept_id))


def _other(named: str, contact_id: UUID) -> UUID:
    try:
        other = UUID(named)
    except ValueError:
        raise NotHere(queries.GONE) from None
    if other == contact_id:
        raise NotHere("It takes two to merge.")
    return other


def _sides(kept: Contact, gone: Contact) -> tuple[Side, Side]:
    return Side(vcard.parse(kept.vcard), kept.role), Side(vcard.parse(gone.vcard), gone.role)


def _met_lines(kept: Contact, gone: Contact) -> set[str]:
    """The lines by which cards say where and when they met, which the owner may have switched off."""
    if not current_user.met_line:
        return set()
    return {
        rules.met_line(met.met_at, owner_zone(), met.event.name if met.event else "", met.poster)
        for contact in (kept, gone)
        for met in contact.encounters
    }


def _comparison(
    kept: Contact,
    gone: Contact,
    sides: tuple[Side, Side],
    sent: fields.Sent,
    status: int = 200,
    problem: str = "",
) -> Response:
    return answer(
        "contacts/merge.html",
        None,
        status,
        kept=kept,
        gone=gone,
        fields=fields.questions(*sides, sent),
        unasked=fields.unasked(sides[0].card, sides[1].card),
        problem=problem,
        met=met_among(owner_id(), [kept.id, gone.id]),
        written=written_with(gone),
        apart=bool(likeness.told_apart(owner_id(), [kept.id]) & {frozenset((kept.id, gone.id))}),
        **_days(),
    )


def _whom(kept: Contact) -> Response:
    """Nobody named yet: those who look alike, or whom a search finds."""
    wanted = search.Wanted(q=request.args.get("q", "")[:100].replace("\0", "").strip())
    found = search.find(owner_id(), wanted, owner_zone()).groups if wanted.words else []
    people = [row.contact for group in found for row in group.rows] if found else likeness.alike(kept)
    return answer(
        "contacts/merge_with.html",
        kept=kept,
        wanted=wanted,
        people=[contact for contact in people if contact.id != kept.id],
        kept_first=kept_first,
        **_days(),
    )


def _days() -> dict[str, Any]:
    here = owner_zone()
    return {"zone": here, "today": now().astimezone(here).date(), "short_day": rules.short_day}
