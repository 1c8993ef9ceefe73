"""What a phone is handed: Apple's profile, DAVx5's link, the code's address. And what clients are called."""

import plistlib
from dataclasses import replace
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest

from netcard import qr
from netcard.carddav import clients
from netcard.carddav.profile import Connection, davx5_link, mobileconfig, phone_address

ADA = Connection(
    base="https://cards.example.org",
    account_id=UUID("01a204c4-46d7-7460-b6bb-866531df26b6"),
    app_password_id=UUID("01a204c4-46d7-7460-b6bb-866531df26c7"),
    email="ada.o'hara+cards@example.org",
    secret="ufc4-72dn-z3dn-tfui",
)


def profile(to: Connection) -> tuple[dict, dict]:
    """(the profile, its one account)."""
    found = plistlib.loads(mobileconfig(to))
    (account,) = found["PayloadContent"]
    return found, account


def test_the_profile_holds_one_contacts_account() -> None:
    found, account = profile(ADA)
    assert found["PayloadType"] == "Configuration"
    assert found["PayloadVersion"] == account["PayloadVersion"] == 1
    assert found["PayloadRemovalDisallowed"] is False
    assert {key: value for key, value in account.items() if not key.startswith("Payload")} == {
        "CardDAVAccountDescription": "netcard",
        "CardDAVHostName": "cards.example.org",
        "CardDAVPort": 443,
        "CardDAVPrincipalURL": "/dav/principals/01a204c4-46d7-7460-b6bb-866531df26b6/",
        "CardDAVUseSSL": True,
        "CardDAVUsername": ADA.email,
        "CardDAVPassword": ADA.secret,
    }
    assert account["PayloadType"] == "com.apple.carddav.account"
    for payload in (found, account):
        assert payload["PayloadDisplayName"]
        assert payload["PayloadIdentifier"].startswith("org.example.cards.netcard.")


def test_the_profile_is_xml_as_apple_writes_it() -> None:
    text = mobileconfig(replace(ADA, email="a&b<c@example.org"))
    assert text.startswith(b"<?xml")
    assert b"a&amp;b&lt;c@example.org" in text


def test_installing_it_again_replaces_it() -> None:
    assert mobileconfig(ADA) == mobileconfig(replace(ADA))


def test_setting_up_anew_replaces_the_account_and_does_not_double_it() -> None:
    anew = profile(replace(ADA, app_password_id=UUID(int=7), secret="other"))
    for before, after in zip(profile(ADA), anew, strict=True):
        assert before["PayloadIdentifier"] == after["PayloadIdentifier"]
        assert before["PayloadUUID"] != after["PayloadUUID"]


def test_two_accounts_are_two() -> None:
    other = profile(replace(ADA, account_id=UUID(int=7)))[0]
    assert profile(ADA)[0]["PayloadIdentifier"] != other["PayloadIdentifier"]
    found, account = profile(ADA)
    assert found["PayloadUUID"] != account["PayloadUUID"]
    assert found["PayloadIdentifier"] != account["PayloadIdentifier"]


@pytest.mark.parametrize(
    ("base", "host", "port", "tls", "path"),
    [
        ("http://localhost:8000", "localhost", 8000, False, "/dav/"),
        ("http://localhost", "localhost", 80, False, "/dav/"),
        ("https://example.org:8443", "example.org", 8443, True, "/dav/"),
        ("https://example.org/people", "example.org", 443, True, "/people/dav/"),
        ("https://[2001:db8::1]", "2001:db8::1", 443, True, "/dav/"),
    ],
)
def test_the_address_is_the_public_one(base: str, host: str, port: int, tls: bool, path: str) -> None:
    to = replace(ADA, base=base)
    _, account = profile(to)
    assert (account["CardDAVHostName"], account["CardDAVPort"], account["CardDAVUseSSL"]) == (host, port, tls)
    assert account["CardDAVPrincipalURL"] == f"{path}principals/{ADA.account_id}/"
    assert to.server == f"{base}/dav/"


def as_davx5_reads(link: str) -> tuple[str, str, str]:
    """(address, user name, password): it decodes what stands before the last @, then cuts at the colons."""
    parts = urlsplit(link)
    user, secret = unquote(parts.netloc.rpartition("@")[0]).split(":")[:2]
    scheme = {"carddav": "http", "carddavs": "https"}[parts.scheme]
    return f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}", user, secret


@pytest.mark.parametrize(
    "base", ["https://cards.example.org", "http://localhost:8000", "https://a.org:8443/x"]
)
@pytest.mark.parametrize("email", [ADA.email, "a%40b@example.org", "a/b?c#d@example.org", "jörg@exämple.org"])
def test_davx5_gets_everything_filled_in(base: str, email: str) -> None:
    to = replace(ADA, base=base, email=email)
    link = davx5_link(to)
    assert as_davx5_reads(link) == (f"{base}/dav/", email, ADA.secret)
    assert link.count("@") == 1
    assert link.startswith("carddavs://" if base.startswith("https") else "carddav://")


def test_the_code_is_coarse_enough_for_any_camera() -> None:
    token = "a" * 26
    text = phone_address("https://cards.example.org", token)
    assert text == f"HTTPS://CARDS.EXAMPLE.ORG/PHONE/{token.upper()}"
    assert qr.version_and_level(text)[0] <= 3
    assert phone_address("https://example.org/Cards", token) == f"https://example.org/Cards/phone/{token}"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("iOS/18.1 (22B83) dataaccessd/1.0", "iPhone or iPad"),
        ("iOS/26.1 (23B85) accountsd/1.0", "iPhone or iPad"),
        ("macOS/14.6.1 (23G93) AddressBookCore/2699.500.3", "Mac"),
        ("Mac OS X/10.15.7 (19H15) AddressBookCore/2452.2", "Mac"),
        ("Mac+OS+X/10.13.2 (17C205) AddressBookCore/1", "Mac"),
        ("DAVx5/4.5.5-ose (dav4jvm; okhttp/5.1) Android/15", "DAVx5"),
        ("DAVdroid/2.0 (2018/10/01; dav4android; okhttp/3.11) Android/9", "DAVx5"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0", "Thunderbird"),
        ("Evolution/3.56.1", "Evolution"),
        ("vdirsyncer/0.20.0", "vdirsyncer"),
        ("curl/8.5.0", "curl"),
        ("Some Phone-Book 3.2/1", "Some Phone-Book 3.2"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/131", "Another program"),
        ("", "Another program"),
        ("\u202e/()", "Another program"),
        ("x" * 200, "x" * 40),
    ],
)
def test_a_client_is_named_as_its_owner_would(agent: str, name: str) -> None:
    assert clients.client(agent) == name


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"


def test_a_name_is_suggested_that_is_not_taken() -> None:
    assert clients.suggested_label(IPHONE, set()) == "iPhone"
    assert clients.suggested_label(IPHONE, {"iPhone", "iPhone 2"}) == "iPhone 3"
    assert clients.suggested_label("Mozilla/5.0 (Windows NT 10.0)", {"iPhone"}) == "My phone"
