"""E-mails, passwords, time zones and ways back, as values."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcard.accounts import passwords, rules


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada.Okafor@Example.ORG ", "ada.okafor@example.org"),
        ("ada+congress@example.org", "ada+congress@example.org"),
        ("ada@BÜCHER.example", "ada@bücher.example"),
        ("ada@clinic.test", "ada@clinic.test"),
    ],
)
def test_an_email_is_kept_in_one_spelling(typed: str, kept: str) -> None:
    assert rules.normal_email(typed) == kept
    assert rules.normal_email(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@gmail",
        "ada@example.org.",
        "ada@@example.org",
        "ada@exa mple.org",
        "ada@[192.0.2.1]",
        '"ada"@example.org',
        "Ada <ada@example.org>",
        "ada@example.org\nBcc: all@example.org",
        "ada\0@example.org",
        "ada\ud800@example.org",
        "żółw@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
    ],
)
def test_what_no_mail_server_takes_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        rules.normal_email(typed)


@given(st.text(max_size=300))
def test_any_text_is_an_email_or_refused(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert rules.normal_email(rules.normal_email(typed)) == rules.normal_email(typed)


@pytest.mark.parametrize(
    "password",
    [
        "a long walk",
        "ten chars!",
        " spaces at both ends ",
        "вид на ледник",
        "長い散歩をポスター会場まで",
        "🦉 sees in the dark",
        "x7" * 3 + "q9vLpw",
        "correct horse battery staple"[:128],
        "ada goes to the poster hall",
    ],
)
def test_a_long_enough_password_is_taken(password: str) -> None:
    assert rules.password_problem(password, "ada@example.org") is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("nine char", "at least 10"),
        ("x" * 129, "over 128"),
        ("1234567890", "Too many people"),
        ("Password123", "Too many people"),
        ("ＱＷＥＲＴＹＵＩＯＰ", "Too many people"),
        ("abababababab", "repeats"),
        ("          ", "repeats"),
        ("ada.okafor@example.org", "too close"),
        ("Ada.Okafor12", "too close"),
        ("netcard2026", "too close"),
    ],
)
def test_an_easy_password_is_refused(password: str, why: str) -> None:
    problem = rules.password_problem(password, "ada.okafor@example.org")
    assert problem
    assert why in problem


def test_a_password_matches_however_the_keyboard_writes_it() -> None:
    kept = passwords.hash_password("cafe\u0301 at the congress")
    assert passwords.matches(kept, "caf\u00e9 at the congress")
    assert not passwords.matches(kept, "cafe at the congress")


def test_nobody_signs_in_without_an_account() -> None:
    assert not passwords.matches(None, "nobody signs in with this")
    assert not passwords.matches("unusable", "nobody signs in with this")


def test_a_hash_is_argon2id_with_the_chosen_cost() -> None:
    """And the one checked for an unknown e-mail costs the same."""
    for kept in (passwords.hash_password("a long walk"), passwords.NOBODY):
        assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert not passwords.outdated(kept)
    assert passwords.outdated("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$" + "A" * 43)


@pytest.mark.parametrize("address", ["/", "/contacts?q=a%20b", "/capture?card=ada", "/cards/1#qr", "/é"])
def test_a_path_of_ours_is_gone_back_to(address: str) -> None:
    assert rules.own_path(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "contacts",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " /contacts",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/a\0b",
        "/login?next=/",
        "/logout",
        "/" + "a" * 2000,
    ],
)
def test_anything_else_is_not(address: str | None) -> None:
    assert rules.own_path(address) is None


def test_a_time_zone_is_one_that_exists_or_utc() -> None:
    assert rules.time_zone("Europe/Vienna") == "Europe/Vienna"
    assert rules.time_zone("Asia/Calcutta") == "Asia/Calcutta"  # Chromium still says so
    for name in (None, "", "Mars/Olympus", "../../etc/passwd", "europe/vienna", "a\0", "localtime"):
        assert rules.time_zone(name) == "UTC"


def test_every_zone_to_choose_exists() -> None:
    offered = [name for places in rules.zones_to_choose().values() for name, _ in places]
    assert {"UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires"} <= set(offered)
    assert set(offered) <= rules.time_zones()


def test_a_day_is_the_owners() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert rules.day(late, "UTC", late) == "today"
    assert rules.day(late, "Asia/Tokyo", datetime(2026, 11, 23, 16, tzinfo=UTC)) == "yesterday"
    assert rules.day(late, "Asia/Tokyo", datetime(2026, 12, 23, tzinfo=UTC)) == "23 November"
    assert rules.day(late, "UTC", datetime(2027, 1, 1, tzinfo=UTC)) == "22 November 2026"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Firefox on a Mac",
        ),
        ("curl/8.5", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_has_the_name_its_owner_would_give_it(agent: str, name: str) -> None:
    assert rules.device(agent) == name
