"""Merging in netcard ends as one card on the phone, and taking it back as two."""

import pytest
from flask import Flask

from netcard import vcard
from tests.carddav.inside import Inside
from tests.contacts.two import ODD, Two
from tests.people import Person


@pytest.fixture
def two(app: Flask, ada: Person) -> Two:
    return Two(app, ada)


def test_a_merge_is_one_card_changed_and_one_gone(two: Two, dav: Inside) -> None:
    token = dav.sync().token
    two.merge()
    answer = dav.sync(token)
    assert dav.names(answer.rows) == {f"{two.kept}.vcf": 200, "phone-1.vcf": 404}
    assert dav.get("phone-1.vcf").status == 404
    assert dav.get(f"{two.kept}.vcf").body == two.data("kept")
    assert dav.names(dav.sync().rows) == {f"{two.kept}.vcf": 200}


def test_taken_back_both_are_there_again_as_they_were(two: Two, dav: Inside) -> None:
    before = dav.get(f"{two.kept}.vcf").body
    two.merge()
    token = dav.sync().token
    two.undo()
    assert dav.names(dav.sync(token).rows) == {f"{two.kept}.vcf": 200, "phone-1.vcf": 200}
    assert dav.get("phone-1.vcf").body == ODD
    assert dav.get(f"{two.kept}.vcf").body == before


def test_a_phone_that_missed_the_merge_cannot_write_over_it_unawares(two: Two, dav: Inside) -> None:
    etag = dav.get("phone-1.vcf").etag
    two.merge()
    changed = ODD.replace(b"Consultant", b"Professor")
    assert dav.put("phone-1.vcf", changed, if_match=etag).status == 412
    assert dav.delete("phone-1.vcf", if_match=etag).status in (404, 412)
    assert two.meetings("kept") == ["packing", "fistulas 0", "fistulas 1"]


def test_what_the_phone_writes_after_the_merge_outlasts_its_undoing(two: Two, dav: Inside) -> None:
    two.merge()
    got = dav.get(f"{two.kept}.vcf")
    written = got.body.replace(b"TITLE:Consultant", b"TITLE:Professor")
    assert dav.put(f"{two.kept}.vcf", written, if_match=got.etag).status == 204
    two.undo()
    shown = vcard.project(vcard.parse(dav.get(f"{two.kept}.vcf").body))
    assert (shown.title, shown.emails) == ("Professor", ("m@fjord.example",))
    assert dav.get("phone-1.vcf").body == ODD


def test_a_phone_that_brings_the_gone_one_back_leaves_the_merge_as_it_is(two: Two, dav: Inside) -> None:
    two.merge()
    merged = dav.get(f"{two.kept}.vcf").body
    assert dav.put("phone-1.vcf", ODD).status == 201
    assert two.owner.client.post(f"/contacts/{two.gone}/remove").status_code == 303
    assert "Margit" in two.owner.client.get("/contacts?deleted=1").text
    assert two.owner.client.post(f"/contacts/{two.gone}/restore").status_code == 303
    assert dav.get("phone-1.vcf").body == ODD
    assert dav.get(f"{two.kept}.vcf").body == merged
    assert two.meetings("kept") == ["packing", "fistulas 0", "fistulas 1"]
