"""Decisions about e-mails, passwords, time zones and ways back: values in, values or sentences out."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from unicodedata import normalize

import email_validator
from zxcvbn.frequency_lists import FREQUENCY_LISTS

EMAIL_MOST = 254
"""Of a path in SMTP (RFC 5321, section 4.5.3.1.3), its brackets taken off."""

PASSWORD_LEAST = 10
PASSWORD_MOST = 128
FEWEST_DIFFERENT = 5
FEWEST_OF_OWN = 6

COMMON = frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_LEAST)

ANYWHERE = "UTC"
AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def normal_email(typed: str) -> str:
    """An address as accounts are found by: NFC, lower case, without white space around it.

    Raises ValueError with a sentence for the person who typed it. Letters beyond ASCII are taken
    after the @ only: what stands before it must reach any mail server, or no reset ever arrives.
    """
    typed = typed.strip()
    if len(typed) > EMAIL_MOST:
        raise ValueError(f"This is over {EMAIL_MOST} characters. Shorten it a little.")
    _, at, domain = typed.rpartition("@")
    if not at:
        raise ValueError("An e-mail address has an @ in it.")
    if "." not in domain.strip("."):
        raise ValueError("The part after @ looks unfinished.")
    try:
        found = email_validator.validate_email(
            typed, check_deliverability=False, allow_smtputf8=False, strict=True, test_environment=True
        )
    except email_validator.EmailNotValidError as error:
        raise ValueError("This does not look like an e-mail address.") from error
    return found.normalized.lower()


def password_problem(password: str, email: str = "") -> str | None:
    """What is wrong with a new password, as one sentence; None when it can be taken.

    Length and a list of common ones, no rules of composition (NIST SP 800-63B-4, section 3.1.1.2).
    """
    if len(password) < PASSWORD_LEAST:
        return f"Use at least {PASSWORD_LEAST} characters. A few words in a row are best."
    if len(password) > PASSWORD_MOST:
        return f"This is over {PASSWORD_MOST} characters. Shorten it a little."
    folded = normalize("NFKC", password).casefold()
    if folded in COMMON:
        return "Too many people use this one. A few words in a row are better."
    if len(set(folded)) < FEWEST_DIFFERENT:
        return "This repeats too few characters. A few words in a row are better."
    if _own_part(folded, email.casefold()) < FEWEST_OF_OWN:
        return "This is too close to your e-mail or to netcard’s name. A few words in a row are better."
    return None


def password_saved(disconnected: int) -> str:
    """What a new password has done; `disconnected` is how many devices lost their way to the contacts."""
    if disconnected:
        return "New password saved. All else is signed out, and phones that sync must be connected anew."
    return "New password saved. Every other phone and browser is signed out."


def _own_part(password: str, email: str) -> int:
    """How many characters are left without what anybody would try first."""
    local = email.partition("@")[0]
    for known in (email, local if len(local) > 3 else "", "netcard"):
        password = password.replace(known, "") if known else password
    return len(password)


@cache
def time_zones() -> frozenset[str]:
    """The names of all IANA time zones at hand, old spellings included: browsers still send those."""
    return frozenset(zoneinfo.available_timezones() - {"Factory", "localtime"})


def time_zone(name: str | None) -> str:
    """The zone a browser named, or UTC where it named none that exists."""
    return name if name in time_zones() else ANYWHERE


def zone(name: str) -> tzinfo:
    """A time zone by its name; UTC for one that is not known here any more."""
    return zoneinfo.ZoneInfo(name) if name in time_zones() else UTC


def moment_at(local: datetime, here: tzinfo) -> datetime:
    """The moment, in UTC, when the clocks of a zone show `local`; of an hour that comes twice, the first.

    Raises ValueError, with a sentence for the person who typed it, where the clocks skip that time.
    """
    moment = local.replace(tzinfo=here, fold=0).astimezone(UTC)
    if moment.astimezone(here).replace(tzinfo=None) == local:
        return moment
    last, first = _around_gap(local, here)
    pattern = "%H:%M" if last.date() == first.date() else "%-d %b, %H:%M"
    raise ValueError(
        f"There is no such time that day: the clocks go from {last:{pattern}} to {first:{pattern}}. "
        "Put a time before or after."
    )


def _around_gap(local: datetime, here: tzinfo) -> tuple[datetime, datetime]:
    """What the clocks show as they go forward over `local`, before and after."""
    before = local.replace(tzinfo=here, fold=0).utcoffset() or timedelta()
    after = local.replace(tzinfo=here, fold=1).utcoffset() or timedelta()
    early, late = (local - after).replace(tzinfo=UTC), (local - before).replace(tzinfo=UTC)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(here).utcoffset() == before:
            early = middle
        else:
            late = middle
    change = late.replace(microsecond=0, tzinfo=None)
    return change + before, change + after


@cache
def zones_to_choose() -> dict[str, list[tuple[str, str]]]:
    """Zones as a person looks for them: by area, then by place."""
    areas: dict[str, list[tuple[str, str]]] = {"Anywhere": [(ANYWHERE, ANYWHERE)]}
    for name in sorted(time_zones()):
        area, slash, place = name.partition("/")
        if slash and area in AREAS:
            areas.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return areas


def day(moment: datetime, zone_name: str, moment_now: datetime) -> str:
    """The day of a moment as its owner would say it, in the owner's time zone."""
    here = zone(zone_name)
    then, today = moment.astimezone(here).date(), moment_now.astimezone(here).date()
    if (today - then).days < 2:
        return "yesterday" if then < today else "today"
    return f"{then.day} {then:%B}" + (f" {then.year}" if then.year != today.year else "")


def minute(moment: datetime, zone_name: str, moment_now: datetime) -> str:
    """A moment to the minute as its owner would say it, in the owner's time zone: "Thu 19 Nov, 14:02"."""
    here = zone(zone_name)
    then, today = moment.astimezone(here), moment_now.astimezone(here)
    return (
        f"{then:%a} {then.day} {then:%b}"
        + (f" {then.year}" if then.year != today.year else "")
        + f", {then:%H:%M}"
    )


def own_path(address: str | None) -> str | None:
    """The address, when it is a path of this site and worth coming back to; else None.

    Browsers read a backslash as a slash and drop tabs and line ends, so none of those may be in it.
    """
    if not address or len(address) > 2000 or address[0] != "/" or address[:2] == "//":
        return None
    if any(char <= " " or char in "\\\x7f" for char in address):
        return None
    return None if re.match(r"/(login|logout|signup|reset|verify)\b", address) else address


def device(user_agent: str) -> str:
    """A browser as its owner would name it: "Chrome on Android". Only for the owner's own list."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)
