"""An import from its file to its undoing: looked at first, then all or nobody, and never twice."""

import io
import re
import threading
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from netcard import vcard
from netcard.contacts import book
from netcard.contacts.importing import work
from netcard.contacts.importing.actions import MOST_WAITING, STILL_ALIVE
from netcard.contacts.models import Book, Contact, ContactSign, ContactToken, ImportRun
from netcard.database import db, now, writing
from netcard.media import media_store
from tests.contacts.importing.samples import CARDS, GERMAN, LINKEDIN
from tests.people import Person

PEOPLE = (
    "Name,E-mail,Institution,Phone\nMargit Solheim,m@fjord.example,Fjordside,\nAmrit Lall,a@lall.example,,\n"
)


def sent(owner: Person, data: bytes | str, name: str = "people.csv"):  # type: ignore[no-untyped-def]
    data = data.encode() if isinstance(data, str) else data
    return owner.client.post(
        "/contacts/import", data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


def brought(owner: Person, data: bytes | str) -> str:
    """The address of a file's run, its columns settled as they were guessed."""
    address = sent(owner, data).headers["Location"]
    if owner.client.get(address).status_code == 303:
        assert owner.client.post(f"{address}/columns").headers["Location"] == address
    return address


def names(app: Flask, owner: Person) -> list[str]:
    with app.app_context():
        here = select(Contact.name).where(Contact.owner_id == owner.id, Contact.deleted_at.is_(None))
        return sorted(db.session.scalars(here))


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def kept_files(app: Flask, owner: Person) -> int:
    with app.app_context():
        return len(media_store().keys(owner.id))


def run_at(app: Flask, owner: Person, address: str, **changes: object) -> ImportRun:
    with app.app_context():
        with writing():
            run = db.session.get(ImportRun, (owner.id, UUID(address.rsplit("/", 1)[-1])))
            for name, value in changes.items():
                setattr(run, name, value)
        db.session.refresh(run)
        db.session.expunge(run)
        db.session.remove()
        return run


def met(app: Flask, owner: Person, **fields: object) -> None:
    with app.app_context(), writing():
        book.add(owner.id, vcard.compose(**{"uid": "", "full_name": "Somebody", **fields}))


def words_of(answer) -> str:  # type: ignore[no-untyped-def]
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1].split("</main>")[0]).split())


# --- the way in -----------------------------------------------------------------


def test_nobody_is_added_before_the_owner_says_so(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    shown = words_of(ada.client.get(address))
    assert "Margit Solheim Fjordside" in shown
    assert "Add 2 people" in shown
    assert names(app, ada) == []
    answer = ada.client.post(address)
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]
    assert "2 people added" in words_of(ada.client.get(address))
    assert kept_files(app, ada) == 0


def test_everyone_gets_a_number_of_their_own_and_can_be_found(app: Flask, ada: Person) -> None:
    ada.client.post(brought(ada, PEOPLE))
    with app.app_context():
        assert sorted(db.session.scalars(select(Contact.seq))) == [1, 2]
        assert db.session.scalar(select(Book.seq)) == 2
    assert "Margit Solheim" in ada.client.get("/contacts?q=fjords").text


def test_cards_are_added_byte_for_byte(app: Flask, ada: Person) -> None:
    ada.client.post(brought(ada, CARDS))
    with app.app_context():
        kept = db.session.scalars(select(Contact.vcard).where(Contact.uid == "one-1")).one()
    assert kept == CARDS[: len(kept)]
    assert names(app, ada) == ["Inés Marchetti", "Jörg Groß", "Margit Solheim"]


def test_who_cannot_be_read_is_named_with_line_and_reason(ada: Person) -> None:
    shown = words_of(ada.client.get(brought(ada, CARDS)))
    assert "Cannot be read 2 Line 17 This line has no colon. Broken Person" in shown


def test_an_unknown_table_is_asked_about_first(app: Flask, ada: Person) -> None:
    address = sent(ada, GERMAN.encode("cp1252")).headers["Location"]
    assert ada.client.get(address).headers["Location"] == f"{address}/columns"
    assert ada.client.post(address).headers["Location"] == f"{address}/columns"
    assert names(app, ada) == []
    page = ada.client.get(f"{address}/columns").text
    assert "Groß · Weiß" in page
    assert re.search(r'name="column-0".*?<option value="family" selected>', page, re.DOTALL)


def test_linkedin_needs_no_asking(ada: Person) -> None:
    assert "Petra Brandt" in ada.client.get(sent(ada, LINKEDIN).headers["Location"]).text


def test_the_owners_word_on_a_column_counts(app: Flask, ada: Person) -> None:
    address = sent(ada, "Who,Where\nAda Lind,Umeå\n").headers["Location"]
    assert (
        ada.client.post(
            f"{address}/columns", data={"column-0": "name", "column-1": "institution"}
        ).status_code
        == 303
    )
    ada.client.post(address)
    with app.app_context():
        contact = db.session.scalars(select(Contact)).one()
        assert (contact.name, contact.institution) == ("Ada Lind", "Umeå")


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"column-0": "note", "column-1": "note"}, "which column holds the name"),
        ({"column-0": "given", "column-1": "given"}, "Two columns are set to “First name”"),
        ({"column-0": "../etc", "column-1": "given"}, "something there is not"),
    ],
)
def test_columns_that_make_no_person_are_refused(ada: Person, columns: dict, words: str) -> None:
    address = sent(ada, "Who,Where\nAda Lind,Umeå\n").headers["Location"]
    answer = ada.client.post(f"{address}/columns", data=columns)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert ada.client.get(address).status_code == 303


def test_letters_and_separator_can_be_corrected(app: Flask, ada: Person) -> None:
    address = sent(ada, "Name;E-mail\nŁucja;l@x.example\n".encode("cp1250")).headers["Location"]
    page = f"{address}/columns"
    assert "Łucja" not in ada.client.get(page).text
    answer = ada.client.post(page, data={"encoding": "cp1250", "delimiter": ";", "column-0": "note"})
    assert answer.headers["Location"] == page  # read anew first, then the columns
    assert "Łucja" in ada.client.get(page).text
    ada.client.post(page, data={"encoding": "cp1250", "delimiter": ";", "column-0": "given"})
    ada.client.post(address)
    assert names(app, ada) == ["Łucja"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\0\1\2\3" * 100, b"Name,E-mail\n"])
def test_a_file_of_nobody_is_refused_and_not_kept(app: Flask, ada: Person, data: bytes) -> None:
    answer = sent(ada, data)
    assert answer.status_code == 422
    assert kept_files(app, ada) == count(app, ImportRun) == 0


def test_no_file_is_asked_for(ada: Person) -> None:
    answer = ada.client.post("/contacts/import", data={}, content_type="multipart/form-data")
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


# --- already there ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "row", "there"),
    [
        ({"emails": ["M@Fjord.example"]}, "Margit,m@fjord.example,,", True),
        ({"full_name": "Margit Solheim", "phones": ["+44 20 7946 0958"]}, "M. Solheim,,,020 7946 0958", True),
        ({"full_name": "Kari Lund", "phones": ["+44 20 7946 0958"]}, "Margit Solheim,,,020 7946 0958", False),
        ({"full_name": "Margit Solheim", "institution": "Fjordside"}, "Márgit SOLHEIM,,fjordside,", True),
        ({"full_name": "Margit Solheim", "institution": "Elsewhere"}, "Margit Solheim,,Fjordside,", False),
        ({"full_name": "Margit Solheim"}, "Margit Solheim,m@fjord.example,,", True),
        (
            {"full_name": "Margit Solheim", "emails": ["x@y.example"]},
            "Margit Solheim,m@fjord.example,,",
            False,
        ),
    ],
)
def test_who_is_there_already_is_left_out(
    app: Flask, ada: Person, known: dict, row: str, there: bool
) -> None:
    met(app, ada, **known)
    address = brought(ada, f"Name,E-mail,Institution,Phone\n{row}\n")
    shown = words_of(ada.client.get(address))
    assert ("Already there 1" in shown) is there
    assert ("Nobody new" in shown) is there
    ada.client.post(address)
    assert count(app, Contact) == (1 if there else 2)


def test_who_is_alike_can_be_added_as_somebody_else(app: Flask, ada: Person) -> None:
    met(app, ada, emails=["m@fjord.example"])
    address = brought(ada, PEOPLE)
    ada.client.post(address, data={"there": "add"})
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim", "Somebody"]


def test_the_very_same_card_is_never_added_twice(app: Flask, ada: Person) -> None:
    for _ in range(2):
        ada.client.post(brought(ada, CARDS), data={"there": "add"})
    with app.app_context():
        assert len(db.session.scalars(select(Contact.id).where(Contact.uid == "one-1")).all()) == 1


def test_a_removed_person_can_be_brought_again(app: Flask, ada: Person) -> None:
    ada.client.post(brought(ada, CARDS))
    with app.app_context():
        contact_id = db.session.scalars(select(Contact.id).where(Contact.uid == "one-1")).one()
    ada.client.post(f"/contacts/{contact_id}/remove")
    ada.client.post(brought(ada, CARDS))
    assert names(app, ada) == ["Inés Marchetti", "Jörg Groß", "Margit Solheim"]


def test_doubles_inside_a_file_are_one(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE + "M Solheim,M@FJORD.example,,\n")
    assert "Line 4: the same e-mail as Margit Solheim in line 2 of this file" in words_of(
        ada.client.get(address)
    )
    ada.client.post(address)
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]


def test_others_people_are_nobody_here(app: Flask, ada: Person, ben: Person) -> None:
    met(app, ben, emails=["m@fjord.example"])
    assert "Already there" not in ada.client.get(brought(ada, PEOPLE)).text


# --- once -------------------------------------------------------------------------


def test_a_second_tap_adds_nobody(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    for _ in range(2):
        assert ada.client.post(address, data={"there": "add"}).status_code == 303
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]


def test_two_taps_at_once_add_everyone_once(app: Flask, ada: Person) -> None:
    rows = "".join(f"P{number},p{number}@x.example\n" for number in range(300))
    run_id = UUID(brought(ada, f"Name,E-mail\n{rows}").rsplit("/", 1)[-1])
    done: list[bool] = []

    def tap() -> None:
        with app.app_context():
            done.append(work.carry_out(ada.id, run_id, alike=True))

    threads = [threading.Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    assert count(app, Contact) == 300


def test_who_came_meanwhile_is_not_doubled(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    address = brought(ada, PEOPLE)
    original = work.plan.signs_in_book

    def before_the_lock(owner, entries, after=0):  # type: ignore[no-untyped-def]
        found = original(owner, entries, after)
        if not after and not met_meanwhile:
            met_meanwhile.append(True)
            with writing():
                book.add(
                    ada.id, b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:M\r\nEMAIL:m@fjord.example\r\nEND:VCARD\r\n"
                )
        return found

    met_meanwhile: list[bool] = []
    monkeypatch.setattr(work.plan, "signs_in_book", before_the_lock)
    met(app, ada, full_name="Noise")
    ada.client.post(address)
    assert met_meanwhile
    assert names(app, ada) == ["Amrit Lall", "M", "Noise"]
    assert "1 was there already" in ada.client.get(address).text


def test_a_run_whose_process_died_added_nobody_and_starts_again(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    run_at(app, ada, address, started_at=now() - 2 * STILL_ALIVE, beat_at=now() - STILL_ALIVE, done=1)
    assert "Add 2 people" in words_of(ada.client.get(address))
    ada.client.post(address)
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]


def test_a_run_that_lives_is_left_alone(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    run_at(
        app, ada, address, started_at=now() - 2 * STILL_ALIVE, beat_at=now() - timedelta(seconds=5), done=1
    )
    assert "1 of 2 read" in words_of(ada.client.get(address))
    for deed in ("", "/columns", "/drop"):
        ada.client.post(address + deed)
    assert names(app, ada) == []
    assert kept_files(app, ada) == 1


def test_who_was_overtaken_adds_nobody(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    address = brought(ada, PEOPLE)
    prepare = book.prepare

    def and_another_takes_over(*args, **more):  # type: ignore[no-untyped-def]
        with writing():
            db.session.get(ImportRun, (ada.id, UUID(address.rsplit("/", 1)[-1]))).started_at = now()
        return prepare(*args, **more)

    monkeypatch.setattr(work.book, "prepare", and_another_takes_over)
    ada.client.post(address)
    assert names(app, ada) == []


def test_a_fault_adds_nobody_and_can_be_tried_again(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = brought(ada, PEOPLE)
    with monkeypatch.context() as broken:
        broken.setattr(work.actions.book, "add_all", lambda *_: 1 / 0)
        assert ada.client.post(address).status_code == 500
    assert names(app, ada) == []
    assert "nobody was added. Try again" in ada.client.get(address).text
    ada.client.post(address)
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim"]


def test_progress_is_told_until_it_is_over(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    asked = {"headers": {"HX-Request": "true"}}
    assert "Beginning" in ada.client.get(f"{address}/progress", **asked).text
    run_at(app, ada, address, started_at=now(), beat_at=now(), done=1)
    told = ada.client.get(f"{address}/progress", **asked).text
    assert 'value="1"' in told
    assert "every 1s" in told
    assert ada.client.get(f"{address}/progress").headers["Location"] == address
    run_at(app, ada, address, started_at=None)
    answer = ada.client.post(address, **asked)
    assert answer.headers["HX-Redirect"] == address
    assert ada.client.get(f"{address}/progress", **asked).headers["HX-Redirect"] == address


# --- taking it back -----------------------------------------------------------------


def test_an_import_can_be_undone_and_that_too(app: Flask, ada: Person) -> None:
    met(app, ada, full_name="Noise")
    address = brought(ada, PEOPLE)
    ada.client.post(address)
    with app.app_context():
        before = db.session.scalar(select(Book.seq))
    ada.client.post(f"{address}/undo")
    assert names(app, ada) == ["Noise"]
    with app.app_context():
        assert db.session.scalar(select(Book.seq)) == before + 2
        tombstones = select(Contact.seq).where(Contact.deleted_at.is_not(None))
        assert sorted(db.session.scalars(tombstones)) == [before + 1, before + 2]
        left = select(ContactSign.contact_id).union(select(ContactToken.contact_id))
        assert len(db.session.scalars(left).all()) == 1
    assert "Taken back" in ada.client.get(address).text
    ada.client.post(f"{address}/undo")
    ada.client.post(f"{address}/redo")
    ada.client.post(f"{address}/redo")
    assert names(app, ada) == ["Amrit Lall", "Margit Solheim", "Noise"]
    assert "Margit Solheim" in ada.client.get("/contacts?q=solh").text


def test_who_was_removed_before_stays_removed_when_an_undo_is_taken_back(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    ada.client.post(address)
    with app.app_context():
        amrit = db.session.scalars(select(Contact.id).where(Contact.name == "Amrit Lall")).one()
    ada.client.post(f"/contacts/{amrit}/remove")
    ada.client.post(f"{address}/undo")
    ada.client.post(f"{address}/redo")
    assert names(app, ada) == ["Margit Solheim"]


def test_an_undone_import_hides_nobody_removed_by_hand_among_the_removed(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    ada.client.post(address)
    with app.app_context():
        amrit = db.session.scalars(select(Contact.id).where(Contact.name == "Amrit Lall")).one()
    ada.client.post(f"/contacts/{amrit}/remove")
    ada.client.post(f"{address}/undo")
    removed = ada.client.get("/contacts?deleted=1").text
    assert "Amrit Lall" in removed
    assert "Margit Solheim" not in removed


def test_a_file_that_is_not_wanted_is_deleted(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    ada.client.post(f"{address}/drop")
    assert kept_files(app, ada) == 0
    assert ada.client.get(address).status_code == 404


def test_a_file_that_was_added_cannot_be_dropped(app: Flask, ada: Person) -> None:
    address = brought(ada, PEOPLE)
    ada.client.post(address)
    assert ada.client.post(f"{address}/drop").status_code == 409
    assert "2 people added" in words_of(ada.client.get(address))


def test_only_the_last_few_files_wait(app: Flask, ada: Person) -> None:
    addresses = [brought(ada, PEOPLE) for _ in range(MOST_WAITING + 1)]
    assert [ada.client.get(address).status_code for address in addresses] == [404] + [200] * MOST_WAITING
    assert kept_files(app, ada) == MOST_WAITING


@pytest.mark.parametrize("page", ["", "/columns", "/progress"])
def test_nobody_sees_somebody_elses_file(app: Flask, ada: Person, ben: Person, page: str) -> None:
    address = brought(ada, PEOPLE) + page
    assert ben.client.get(address).status_code == 404
    assert ada.client.get(address).status_code in (200, 303)
    assert app.test_client().get(address).status_code == 303


@pytest.mark.parametrize("deed", ["", "/columns", "/drop", "/undo", "/redo"])
def test_nobody_touches_somebody_elses_file(app: Flask, ada: Person, ben: Person, deed: str) -> None:
    address = brought(ada, PEOPLE)
    assert ben.client.post(address + deed).status_code == 404
    assert ada.client.post(address + deed, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert count(app, Contact) == 0
    assert kept_files(app, ada) == 1


def test_the_people_page_leads_here(ada: Person) -> None:
    assert 'href="/contacts/import"' in ada.client.get("/contacts").text
