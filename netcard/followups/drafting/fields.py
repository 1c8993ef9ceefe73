"""What a letter can be filled from: the fields by name, and how somebody is addressed.

Pure functions of values; `queries` looks the values up.
"""

from dataclasses import dataclass
from typing import Literal

from netcard.vcard import Name, split_name

Home = Literal["encounter", "item", ""]


@dataclass(frozen=True, slots=True)
class Known:
    """A field a template may name."""

    name: str
    group: str
    meaning: str
    question: str
    """What is asked where it is empty; in brackets it stands for the gap."""
    example: str
    home: Home = ""
    """The row an answer is written to as well, where there is one."""

    @property
    def mark(self) -> str:
        """What stands in the letter for as long as nobody answered."""
        return f"[{self.question}]"


_ALL = (
    Known(
        "them", "To whom", "Their name with title, as one addresses them", "their name?", "Professor Solheim"
    ),
    Known("first_name", "To whom", "Their first name", "their first name?", "Margit"),
    Known("full_name", "To whom", "Their whole name", "their whole name?", "Prof. Margit Solheim"),
    Known(
        "institution", "To whom", "Where they work", "where do they work?", "Fjordside University Hospital"
    ),
    Known(
        "discussed",
        "The last meeting",
        "What you talked about, as you noted it",
        "what did you talk about?",
        "Your speech scores rose once parents recorded at home",
        "encounter",
    ),
    Known(
        "promised",
        "The last meeting",
        "What you promised",
        "what did you promise?",
        "to send our speech scale",
        "encounter",
    ),
    Known(
        "offered",
        "The last meeting",
        "What they offered",
        "what did they offer?",
        "to introduce me to the registry group",
        "encounter",
    ),
    Known(
        "event",
        "The last meeting",
        "Where you met: the event",
        "where did you meet?",
        "Northern Cleft Congress",
    ),
    Known("place", "The last meeting", "The place of that event", "in which town?", "Bergen"),
    Known("day", "The last meeting", "The day you met", "when did you meet?", "19 November"),
    Known("poster", "The last meeting", "At which poster", "at which poster?", "poster P-114", "encounter"),
    Known(
        "why",
        "For you to say",
        "Why you write to this person; from the plan, else you are asked",
        "why them?",
        "your paper on recording speech at home",
        "item",
    ),
    Known(
        "news",
        "For you to say",
        "What is new; you are asked",
        "what is new?",
        "the registry has its ninth centre",
    ),
    Known(
        "ahead",
        "What lies ahead",
        "The next event of yours, or the one planned for",
        "which event?",
        "Phonetics Day",
    ),
    Known("ahead_days", "What lies ahead", "Its days", "on which days?", "3–5 December 2026"),
    Known("ahead_place", "What lies ahead", "Its place", "where is it?", "Vienna"),
    Known("agreed", "What lies ahead", "The meeting agreed on", "which meeting?", "Fifteen minutes by phone"),
    Known("agreed_day", "What lies ahead", "Its day", "on which day?", "Thursday, 10 December"),
    Known("agreed_time", "What lies ahead", "Its time, in your time zone", "at what time?", "16:30"),
    Known("agreed_place", "What lies ahead", "Its place", "where do you meet?", "Room 4.12"),
    Known("my_name", "You", "Your name with credentials", "your name?", "Ada Okafor, MD, MPH"),
    Known(
        "my_headline",
        "You",
        "Your card's headline",
        "who are you, in a line?",
        "Research fellow in cleft surgery",
    ),
    Known("my_institution", "You", "Where you work", "where do you work?", "Harrow Lake University Hospital"),
    Known(
        "pitch",
        "You",
        "Your pitch",
        "your pitch?",
        "I study why some repaired palates need a second operation.",
    ),
    Known(
        "my_card",
        "You",
        "Your card's address",
        "your card's address?",
        "https://netcard.example/c/ada-okafor",
    ),
    Known(
        "signature",
        "You",
        "Name, headline, institution and address, a line each",
        "your name, and who you are?",
        "Ada Okafor, MD, MPH\nResearch fellow in cleft surgery\nhttps://netcard.example/c/ada-okafor",
    ),
)

KNOWN = {field.name: field for field in _ALL}
MARKS = {field.name: field.mark for field in _ALL}
EXAMPLE = {field.name: field.example for field in _ALL}
"""A letter to nobody, for an owner who has met nobody yet."""


def groups() -> dict[str, list[Known]]:
    """The fields as they are listed to tap in."""
    found: dict[str, list[Known]] = {}
    for field in _ALL:
        found.setdefault(field.group, []).append(field)
    return found


# --- how somebody is addressed ------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PROFESSOR = _words("prof professor profa univprof")
_DOCTOR = _words("dr dra doctor privdoz")
_WITH_GIVEN_NAME = _words("sir dame")
_COURTESY = _words(
    "mr mrs ms mx miss mme mlle lord lady rev revd reverend fr father sister brother judge capt captain col"
    " colonel maj major lt sgt gen general herr frau"
)
_DOCTORATES = _words("md do phd dphil scd dsc dm edd dds dmd dvm pharmd mbbs mbchb mbbch bmbs drph dnp")
_BY_FIRST_NAME = _words("peer student")


def addressed(full_name: str, name: Name, title: str = "", role: str = "") -> str:
    """How a letter names somebody after "Dear": Professor Solheim, Dr Lall, Sister Parr, Tomás; the whole
    name where no title is known. A title is only ever taken from what is written, never guessed.

    `full_name` is the vCard's FN, `name` its N, `title` its TITLE, `role` the owner's own word.
    """
    shown = split_name(full_name)
    family = name.family or shown.family
    given = name.given or shown.given
    prefixes = [_bare(word) for part in (name.prefix, shown.prefix) for word in part.split()]
    degrees = {_bare(word) for part in (name.suffix, shown.suffix) for word in part.replace(",", " ").split()}
    plain = f"{given} {family}" if given and family and "," in full_name else full_name
    if not family:
        return plain
    if _PROFESSOR & set(prefixes) or _bare(title.partition(" ")[0]) == "professor":
        return f"Professor {family}"
    if _WITH_GIVEN_NAME & set(prefixes):
        written = next(
            word for word in (name.prefix or shown.prefix).split() if _bare(word) in _WITH_GIVEN_NAME
        )
        return f"{written} {given}" if given else plain
    if _DOCTOR & set(prefixes):
        return f"Dr {family}"
    if courtesy := [word for word in (name.prefix or shown.prefix).split() if _bare(word) in _COURTESY]:
        return f"{courtesy[0]} {family}"
    if prefixes:
        return plain
    if _DOCTORATES & degrees:
        return f"Dr {family}"
    return given if given and role.casefold() in _BY_FIRST_NAME else plain


def _bare(word: str) -> str:
    return "".join(char for char in word if char.isalpha()).casefold()
