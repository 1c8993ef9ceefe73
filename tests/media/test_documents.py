"""A CV is read, counted and dated; a PDF that could act is refused."""

import io
import logging
from datetime import UTC, datetime
from unittest.mock import ANY

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.errors import LimitReachedError

from netcard.errors import UnreadableFile
from netcard.media import documents
from netcard.media.documents import Document, read_cv
from tests import files


def refused(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_cv(data)
    return str(refusal.value)


def test_a_cv_is_counted_titled_and_dated():
    data = files.pdf(pages=3)
    assert read_cv(data) == Document(
        pages=3,
        size=len(data),
        title="Curriculum vitae of Ada Okafor",
        created=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    )


def test_a_title_in_any_script_is_one_short_line():
    assert (
        read_cv(files.pdf(1, title="Lebenslauf\nMüller\0 سيرة ذاتية")).title == "Lebenslauf Müller سيرة ذاتية"
    )
    assert len(read_cv(files.pdf(1, title="x" * 900)).title or "") == 200
    assert read_cv(files.pdf(1, title=" ")).title is None


@pytest.mark.parametrize("date", ["yesterday", "", "D:99999999999999"])
def test_a_date_that_makes_no_sense_is_left_out(date):
    with pikepdf.open(io.BytesIO(files.pdf(1))) as document:
        document.docinfo["/CreationDate"] = date
        out = io.BytesIO()
        document.save(out)
    assert read_cv(out.getvalue()) == Document(1, ANY, "Curriculum vitae of Ada Okafor", None)


def test_a_script_in_a_compressed_object_is_found():
    assert refused(files.pdf_with_javascript()).startswith("This PDF contains a script.")


def test_a_script_nobody_refers_to_is_found():
    with pikepdf.open(io.BytesIO(files.pdf(1))) as document:
        document.Root.Lost = document.make_indirect(
            pikepdf.Dictionary(A=[pikepdf.Dictionary(JS=pikepdf.String("x"))])
        )
        out = io.BytesIO()
        document.save(out)
    assert "script" in refused(out.getvalue())


def test_a_script_under_an_escaped_name_is_found():
    page = b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    catalogue = b"<</Type/Catalog/Pages 2 0 R%s>>"
    assert "script" in refused(files.raw_pdf(catalogue % b"/Next<</S/J#61vaScript>>", *page))
    assert "script" in refused(files.raw_pdf(catalogue % b"/Deep[[[[<</#4aS(x)>>]]]]", *page))
    assert read_cv(files.raw_pdf(catalogue % b"", *page)).pages == 1


@pytest.mark.parametrize(
    "mistake", [b"/A<<" * 3000 + b">>" * 3000, b"/A <zz>", b"/A 1 /A 2", b"(no name) 1", b"/A ]"]
)
def test_a_script_behind_a_mistake_is_not_overlooked(mistake):
    page = b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    refused(
        files.raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", *page, b"<<" + mistake + b"/S/JavaScript/JS(x)>>")
    )


def test_a_table_that_is_off_is_mended():
    shifted = files.raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R>>",
    ).replace(b"%PDF-1.4\n", b"%PDF-1.4\n%a line that a mail program added\n")
    assert read_cv(shifted).pages == 1


@pytest.mark.parametrize("kind", ["/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"])
@pytest.mark.parametrize("trigger", ["/OpenAction", "/AA", "/Elsewhere"])
def test_opening_programs_or_files_is_refused(kind, trigger):
    assert "opens programs or other files" in refused(files.pdf_with_action(kind, trigger))


@pytest.mark.parametrize("trigger", ["/OpenAction", "/AA"])
def test_a_web_page_may_be_linked_but_not_opened_by_itself(trigger):
    assert "acts when it is opened" in refused(files.pdf_with_action("/URI", trigger))
    assert read_cv(files.pdf_with_action("/URI", "/Elsewhere")).pages == 1
    assert read_cv(files.pdf_with_action("/GoTo", trigger)).pages == 1


def test_a_form_with_its_own_scripts_is_refused():
    with pikepdf.open(io.BytesIO(files.pdf(1))) as document:
        document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))
        out = io.BytesIO()
        document.save(out)
    assert "script" in refused(out.getvalue())


def test_an_attachment_is_refused():
    assert "attached inside" in refused(files.pdf_with_attachment())


@pytest.mark.parametrize("aes", [True, False])
def test_a_password_is_refused_and_a_mere_lock_against_changes_is_not(aes):
    assert refused(files.pdf_locked(aes=aes)) == (
        "This PDF asks for a password, so nobody could open it. Save a copy without one."
    )
    assert read_cv(files.pdf_locked(user="", aes=aes)).pages == 2


def test_no_pages_are_refused():
    assert refused(files.pdf(pages=0)) == "This PDF has no pages."


def test_a_book_is_refused():
    assert refused(files.pdf(pages=201)) == "This PDF has more than 200 pages."


def test_pages_are_counted_and_not_believed():
    assert read_cv(_page_tree(b"[3 0 R]", count=b"99")).pages == 1


def test_a_page_tree_that_bites_its_tail_ends():
    assert read_cv(_page_tree(b"[2 0 R 3 0 R 2 0 R]")).pages == 1


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + bytes(50), b"<html>%PDF-1.4", b"\xff\xd8\xff\xe0" + bytes(50), b"hello"]
)
def test_another_kind_of_file_is_refused_whatever_its_name(data):
    assert refused(data) == "This is not a PDF. Save your CV as PDF and choose that file."


def test_an_empty_file_is_refused():
    assert refused(b"") == "This file is empty."


def test_too_many_bytes_are_refused():
    assert refused(files.pdf(1) + bytes(10_000_000)) == "This PDF is 11 MB; 10 MB is the most."


@pytest.mark.parametrize("keep", [10, 200, 600])
def test_a_pdf_cut_short_is_refused(keep):
    assert "damaged" in refused(files.pdf(3)[:keep])


def test_a_bomb_of_compressed_objects_is_refused_soon():
    """One object stream of 40 MB zeros in 40 KB."""
    import zlib

    packed = zlib.compress(b"5 0 " + b"\0" * 40_000_000, 9)
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    stream = b"4 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = head + stream + packed + b"\nendstream endobj\n"
    table = b"".join(
        bytes([kind]) + where.to_bytes(4, "big") + b"\0"
        for kind, where in [(0, 0), (1, 9), (1, 9), (1, 9), (1, len(head)), (2, 4)]
    )
    xref = b"6 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    with pytest.raises(UnreadableFile) as refusal:
        read_cv(body + xref + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body))
    assert isinstance(refusal.value.__cause__, LimitReachedError)


def test_too_many_objects_are_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_OBJECTS", 3)
    assert "too intricate" in refused(files.pdf(3))


def test_reading_ends_when_its_time_is_up(monkeypatch):
    monkeypatch.setattr(documents, "SECONDS", -1)
    assert "takes too long" in refused(files.pdf(3))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(noise):
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    refused(b"%PDF-1.7\n" + noise)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_flipped_bytes_give_facts_or_a_refusal(data):
    document = bytearray(files.pdf(2))
    for _ in range(data.draw(st.integers(1, 6))):
        document[data.draw(st.integers(0, len(document) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_cv(bytes(document))
    except UnreadableFile:
        return
    assert found.pages > 0


def _page_tree(kids: bytes, count: bytes = b"1") -> bytes:
    return files.raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids" + kids + b"/Count " + count + b">>",
        b"<</Type/Page/Parent 2 0 R>>",
    )
