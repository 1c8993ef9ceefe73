"""The counted book: every change moves its counter, nothing else does."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts import actions, book, ledger, queries
from netcard.contacts.merging import actions as merging
from netcard.contacts.merging.actions import Agreed
from netcard.contacts.models import (
    Book,
    Contact,
    ContactSign,
    ContactTag,
    ContactToken,
    Encounter,
    Revision,
)
from netcard.contacts.rules import Met
from netcard.database import db, new_id, now, writing
from netcard.errors import NotHere
from netcard.events.models import Event
from tests.people import Person

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def meet(owner: Person, name: str = "Margit Solheim", *, met_line: bool = True, **more) -> UUID:
    with writing():
        met = Met(name=name, **{"met_at": NOON} | more)
        return actions.meet(owner.id, met, encounter_id=new_id(), met_line=met_line).id


def contact_of(owner: Person, contact_id: UUID) -> Contact:
    contact = db.session.get(Contact, (owner.id, contact_id), populate_existing=True)
    assert contact
    return contact


def seq_of(owner: Person) -> int:
    return db.session.scalar(select(Book.seq).where(Book.owner_id == owner.id)) or 0


def rename(contact: Contact, name: str) -> bool:
    return book.change(contact, lambda card: vcard.edit(card, vcard.Edit(full_name=name)), "web")


def test_a_person_met_becomes_a_card_in_a_book_with_the_owners_id(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact = contact_of(
            ada, meet(ada, institution="Fjordside", email="M@fjord.example", tags=("Cleft",))
        )
        assert (contact.book_id, contact.seq, contact.resource) == (ada.id, 1, f"{contact.id}.vcf")
        assert contact.uid == f"urn:uuid:{contact.id}"
        assert contact.etag == vcard.etag(contact.vcard)
        assert contact.size == len(contact.vcard)
        shown = vcard.project(vcard.parse(contact.vcard))
        assert (shown.full_name, shown.institution) == ("Margit Solheim", "Fjordside")
        assert (contact.email, shown.emails) == ("m@fjord.example", ("M@fjord.example",))
        assert db.session.scalars(select(ContactTag.label)).all() == ["Cleft"]
        assert db.session.get(Book, (ada.id, ada.id))


def test_the_card_ends_with_where_and_when_in_the_owners_zone(app: Flask, ada: Person) -> None:
    with app.app_context():
        with writing():
            event = Event(owner_id=ada.id, name="Northern Cleft Congress", starts_on=NOON, ends_on=NOON)
            db.session.add(event)
            db.session.flush()
            event_id = event.id
        late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # past midnight in Vienna
        contact = contact_of(ada, meet(ada, met_at=late, event_id=event_id, poster="P-121"))
        note = vcard.project(vcard.parse(contact.vcard)).note
        assert note == "Met 22 Nov 2026, Northern Cleft Congress, poster P-121"


def test_the_line_of_the_meeting_can_be_off(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact = contact_of(ada, meet(ada, met_line=False, discussed="packing"))
        assert vcard.project(vcard.parse(contact.vcard)).note == ""
        assert b"packing" not in contact.vcard


def test_what_was_said_never_enters_the_card(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact = contact_of(ada, meet(ada, discussed="fistulas", promised="the scale", role="Attending"))
        assert not any(word in contact.vcard for word in (b"fistulas", b"scale", b"Attending"))


def test_an_event_of_somebody_else_is_left_out(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        with writing():
            event = Event(owner_id=ben.id, name="Ben's day", starts_on=NOON, ends_on=NOON)
            db.session.add(event)
            db.session.flush()
            event_id = event.id
        contact = contact_of(ada, meet(ada, event_id=event_id))
        assert contact.encounters[0].event_id is None
        assert b"Ben's" not in contact.vcard


def test_every_change_takes_the_next_number(app: Flask, ada: Person, ben: Person) -> None:
    with app.app_context():
        meet(ben, "Noise")
        contact_id = meet(ada)
        for step in (
            lambda contact: rename(contact, "Margit Solheim-Berg"),
            book.remove,
            book.restore,
        ):
            before = seq_of(ada)
            with writing():
                assert step(contact_of(ada, contact_id)) is True
            assert contact_of(ada, contact_id).seq == seq_of(ada) == before + 1
        assert seq_of(ben) == 1


def test_identical_bytes_do_not_move_the_counter(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact_id = meet(ada)
        with writing():
            contact = contact_of(ada, contact_id)
            assert book.change(contact, lambda card: card, "web") is False
            assert rename(contact, "Margit Solheim") is False
            assert book.restore(contact) is False
        assert seq_of(ada) == 1
        assert db.session.scalar(select(func.count()).select_from(Revision)) == 0


def test_what_netcard_knows_beyond_the_card_does_not_move_the_counter(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact_id = meet(ada)
        later = datetime(2026, 11, 23, 9, tzinfo=UTC)
        with writing():
            met = Met(name="", met_at=later, discussed="again")
            actions.meet_again(contact_of(ada, contact_id), met, encounter_id=new_id())
        contact = contact_of(ada, contact_id)
        assert (contact.seq, seq_of(ada), contact.met_at) == (1, 1, later)
        assert " again" in contact.folded


def test_what_is_overwritten_is_kept_and_only_so_much_of_it(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact_id = meet(ada, "Name 0")
        first = contact_of(ada, contact_id).vcard
        with writing():
            rename(contact_of(ada, contact_id), "Name 1")
        kept = db.session.scalars(select(Revision)).one()
        assert (kept.vcard, kept.replaced_by) == (first, "web")
        for step in range(2, book.REVISIONS + 5):
            with writing():
                rename(contact_of(ada, contact_id), f"Name {step}")
        kept = db.session.scalars(select(Revision).order_by(Revision.id)).all()
        assert len(kept) == book.REVISIONS
        assert b"Name 4" in kept[0].vcard


def test_a_removed_person_leaves_a_tombstone_and_no_words(app: Flask, ada: Person) -> None:
    with app.app_context():
        contact_id = meet(ada, tags=("cleft",))
        with writing():
            book.remove(contact_of(ada, contact_id))
        contact = contact_of(ada, contact_id)
        assert contact.deleted_at
        assert contact.vcard
        assert not db.session.scalars(select(ContactToken)).all()
        assert not db.session.scalars(select(ContactTag)).all()
        with pytest.raises(NotHere), writing():
            rename(contact_of(ada, contact_id), "Somebody")
        with writing():
            book.restore(contact_of(ada, contact_id))
        assert db.session.scalars(select(ContactTag.folded)).all() == ["cleft"]
        assert db.session.scalars(select(Encounter)).one().contact_id == contact_id


def test_long_values_of_a_phones_card_are_kept_whole_in_the_card(app: Flask, ada: Person) -> None:
    data = vcard.compose(
        uid="u" * 400,
        full_name="N" * 900,
        institution="I" * 900,
        emails=["e" * 300 + "@x.example"],
        phones=["1" * 90],
        categories=["t" * 200, "T" * 200],
    )
    with app.app_context():
        with writing():
            contact_id = book.add(ada.id, data).id
        contact = contact_of(ada, contact_id)
        assert contact.vcard == data
        assert (len(contact.name), len(contact.uid), len(contact.phone)) == (300, 255, 60)


def test_writers_at_once_never_share_a_number_and_a_reader_that_follows_misses_nothing(
    app: Flask, ada: Person
) -> None:
    """Four writers add, edit and remove; a reader asks again and again for rows above its token."""
    done, faults, moves = threading.Event(), [], []
    mirror: dict[UUID, tuple[int, bytes, bool]] = {}

    def write(number: int) -> None:
        try:
            with app.app_context():
                for turn in range(6):
                    contact_id = meet(ada, f"Person {number} {turn}")
                    moves.append(1)
                    with (
                        suppress(NotHere),
                        writing(),
                    ):  # another may have removed this one as the first of all
                        moves.append(rename(contact_of(ada, contact_id), f"Renamed {number} {turn}"))
                    with writing():
                        shared = db.session.scalars(
                            select(Contact).where(Contact.deleted_at.is_(None)).order_by(Contact.id)
                        ).first()
                        if shared:
                            try:
                                moves.append(rename(shared, f"Shared by {number} at {turn}"))
                            except NotHere:
                                pass
                            else:
                                moves.append(book.remove(shared) if turn % 2 else 0)
        except Exception as fault:
            faults.append(fault)

    def follow(token: int) -> int:
        # the token first: what is written in between comes again next time
        reached = seq_of(ada)
        for row in db.session.scalars(select(Contact).where(Contact.seq > token, Contact.seq <= reached)):
            mirror[row.id] = (row.seq, row.vcard, row.deleted_at is not None)
        db.session.rollback()
        return max(token, reached)

    def read() -> None:
        try:
            with app.app_context():
                token = 0
                while not done.is_set():
                    token = follow(token)
                follow(token)
        except Exception as fault:
            faults.append(fault)

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert not faults
    with app.app_context():
        rows = db.session.scalars(select(Contact)).all()
        assert len({row.seq for row in rows}) == len(rows)
        assert seq_of(ada) == sum(moves)
        assert mirror == {row.id: (row.seq, row.vcard, row.deleted_at is not None) for row in rows}


def test_two_edits_at_once_both_last(app: Flask, ada: Person) -> None:
    """The second writer read the card before the first one wrote it, and still keeps its change."""
    with app.app_context():
        contact_id = meet(ada)
    faults: list[Exception] = []
    together = threading.Barrier(2)

    def set_field(**field: str) -> None:
        def slowly(card: vcard.Card) -> vcard.Card:
            time.sleep(0.3)  # long enough for the other to read the same card, were it allowed to
            return vcard.edit(card, vcard.Edit(**field))

        try:
            with app.app_context():
                together.wait()
                with writing():
                    contact = contact_of(ada, contact_id)
                    assert contact.vcard  # read before the lock, as a view does
                    book.change(contact, slowly, "web")
        except Exception as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=set_field, kwargs=field)
        for field in ({"title": "Head of cleft surgery"}, {"institution": "Fjordside"})
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with app.app_context():
        contact = contact_of(ada, contact_id)
        card = vcard.project(vcard.parse(contact.vcard))
        assert (card.title, card.institution) == ("Head of cleft surgery", "Fjordside")
        assert (contact.title, contact.institution) == ("Head of cleft surgery", "Fjordside")
        assert contact.changed_at <= now()


def test_two_meetings_noted_at_once_are_both_found_and_the_later_one_leads(app: Flask, ada: Person) -> None:
    """Both write the words of one person anew: the second must see what the first wrote."""
    with app.app_context():
        contact_id = meet(ada)
    faults: list[Exception] = []
    together = threading.Barrier(2)

    def note(day: int, said: str) -> None:
        try:
            with app.app_context():
                together.wait()
                with writing():
                    met = Met(name="", met_at=datetime(2026, 11, day, 9, tzinfo=UTC), discussed=said)
                    time.sleep(0.2 * (24 - day))  # the earlier meeting is written last
                    actions.meet_again(contact_of(ada, contact_id), met, encounter_id=new_id())
                    time.sleep(0.5)  # not yet committed when the other begins
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=note, args=each) for each in ((23, "fistulas"), (24, "grafts"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    with app.app_context():
        contact = contact_of(ada, contact_id)
        assert " fistulas" in contact.folded
        assert " grafts" in contact.folded
        assert contact.met_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def at_once(
    app: Flask, first: Callable[[threading.Event], None], then: Callable[[], None]
) -> list[Exception]:
    """Runs `then` as soon as `first` says that it holds the book; what either raised."""
    holds, raised = threading.Event(), list[Exception]()

    def run(action: Callable[[], None]) -> None:
        try:
            with app.app_context(), writing():
                action()
        except Exception as error:
            raised.append(error)

    def second() -> None:
        holds.wait(10)
        run(then)

    threads = [threading.Thread(target=run, args=(lambda: first(holds),)), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_meeting_noted_while_somebody_is_removed_is_refused_and_leaves_nothing(
    app: Flask, ada: Person
) -> None:
    with app.app_context():
        contact_id = meet(ada, email="m@fjord.example")

    def remove(holds: threading.Event) -> None:
        book.remove(contact_of(ada, contact_id))
        db.session.flush()
        holds.set()
        time.sleep(0.4)  # long enough for the other to find the person still there

    def meet_again() -> None:
        met = Met(name="Margit Solheim", met_at=NOON, discussed="fistulas")
        actions.meet_again(queries.contact_of(ada.id, contact_id), met, encounter_id=new_id())

    assert [type(error) for error in at_once(app, remove, meet_again)] == [NotHere]
    with app.app_context():
        assert not db.session.scalars(select(ContactToken.token)).all()
        assert not db.session.scalars(select(ContactSign.value)).all()
        assert db.session.scalar(select(func.count()).select_from(Encounter)) == 1


def test_merging_and_changing_a_meeting_at_once_never_wait_for_each_other(app: Flask, ada: Person) -> None:
    with app.app_context():
        kept_id, gone_id = meet(ada), meet(ada)
        met_id = db.session.scalars(select(Encounter.id).where(Encounter.contact_id == gone_id)).one()

    def merge(holds: threading.Event) -> None:
        kept, gone = contact_of(ada, kept_id), contact_of(ada, gone_id)
        ledger.lock(kept)
        holds.set()
        time.sleep(0.4)  # long enough for the other to have changed the meeting, were it not to wait
        agreed = Agreed(kept.etag, gone.etag, vcard.parse(kept.vcard), "")
        merging.merge(kept, gone, agreed)

    def remove_meeting() -> None:
        contact = queries.contact_of(ada.id, gone_id)
        actions.remove_encounter(contact, queries.encounter_of(contact, met_id))

    assert {type(error) for error in at_once(app, merge, remove_meeting)} <= {NotHere}
    with app.app_context():
        met = db.session.get(Encounter, (ada.id, met_id))
        assert met
        assert (met.contact_id, met.deleted_at) == (kept_id, None)


def test_a_card_handed_over_twice_at_once_into_an_empty_book_has_its_uid_once(
    app: Flask, ada: Person
) -> None:
    handed = b"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:theirs\r\nFN:Margit Solheim\r\nEND:VCARD\r\n"

    def take() -> None:
        met = Met(name="Margit Solheim", met_at=NOON, card=handed)
        actions.meet(ada.id, met, encounter_id=new_id(), met_line=False)

    def slowly(holds: threading.Event) -> None:
        take()
        holds.set()
        time.sleep(0.4)

    assert not at_once(app, slowly, take)
    with app.app_context():
        uids = db.session.scalars(select(Contact.uid)).all()
        assert len(set(uids)) == len(uids) == 2
