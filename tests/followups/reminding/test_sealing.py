"""Push messages sealed as RFC 8291 has it, under a key that every machine makes alike."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from netcard.followups.reminding import sealing
from tests.push import Phone, text

# RFC 8291, Appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SENDER_PUBLIC = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
PHONE_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    key = ec.derive_private_key(int.from_bytes(raw(SENDER_PRIVATE)), ec.SECP256R1())
    assert sealing.public_text(key) == SENDER_PUBLIC
    assert sealing.seal(PLAIN, PHONE_PUBLIC, AUTH, salt=raw(SALT), key=key) == raw(BODY)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=5))
def test_whatever_is_said_only_the_phone_reads_it(said: dict[str, str]) -> None:
    import json

    phone = Phone()
    sealed = sealing.seal(json.dumps(said).encode(), text(phone.point), text(phone.auth))
    assert phone.open(sealed) == said
    assert sealed != sealing.seal(json.dumps(said).encode(), text(phone.point), text(phone.auth))


def test_a_message_fills_one_record_and_no_more() -> None:
    phone = Phone()
    whole = sealing.seal(b"x" * sealing.MOST_PLAIN, text(phone.point), text(phone.auth))
    assert len(whole) == sealing.RECORD
    with pytest.raises(ValueError, match="at most"):
        sealing.seal(b"x" * (sealing.MOST_PLAIN + 1), text(phone.point), text(phone.auth))


@pytest.mark.parametrize(
    "key",
    ["", "AAAA", SENDER_PUBLIC[:-4], "BP" + "A" * 85, "é" * 87,
     text(b"\x04" + b"\xff" * 64), text(b"\x02" * 33)],
)  # fmt: skip
def test_what_is_no_point_of_the_curve_is_refused(key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are nobody's
        sealing.point_of(key)


def test_the_key_is_the_secrets_alone() -> None:
    one, same, other = (sealing.public_text(sealing.server_key(each * 32)) for each in "aab")
    assert one == same != other
    assert len(sealing.from_text(one)) == 65
