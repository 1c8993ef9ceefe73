"""One card at its address: GET, PUT, DELETE, and what makes them refuse."""

from tests.carddav.inside import Inside, card


def test_a_card_that_is_put_comes_back_byte_for_byte_under_the_tag_that_was_told(dav: Inside) -> None:
    stored = dav.put("zoe.vcf", card(), if_none_match="*")
    assert stored.status == 201
    found = dav.get("zoe.vcf")
    assert (found.status, found.body, found.etag) == (200, card(), stored.etag)
    assert found.headers["Content-Type"] == "text/vcard; charset=utf-8"
