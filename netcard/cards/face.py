"""What others see of a card. Page, preview, contact file and signature are all made from this, so that
none of them can show what the owner did not choose."""

import re
from dataclasses import dataclass
from uuid import UUID

from netcard.cards import links
from netcard.cards.models import Card
from netcard.vcard import split_name

UNNAMED = "Your name"
"""Who a card is of while its name is still to be written."""


@dataclass(frozen=True, slots=True)
class Link:
    """A way to find the person elsewhere: what a visitor reads, and the address."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class Face:
    """The public side of a card. `email` and `phone` are empty unless the owner shows them."""

    id: UUID | None
    handle: str
    name: str
    credentials: tuple[str, ...]
    pronouns: str
    headline: str
    institution: str
    department: str
    city: str
    specialty: str
    interests: str
    bio: str
    pitch: str
    email: str
    phone: str
    website: str
    profiles: tuple[Link, ...]
    accent: str
    has_cv: bool
    cv_pages: int | None
    hello_open: bool
    """Whether visitors may leave their details."""
    portrait: str | None
    """Changes whenever the headshot does; None without one."""

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link in the order a visitor reads them, the website last and named by its host."""
        own = (Link(links.shown(self.website), self.website),) if self.website else ()
        return self.profiles + own

    @property
    def first_name(self) -> str:
        """What a visitor calls the person; the whole name where it does not say which part that is."""
        return self.name if self.name == UNNAMED else split_name(self.name).given or self.name

    @property
    def place(self) -> tuple[str, ...]:
        """Where the person works, line by line."""
        lines = [self.institution, ", ".join(filter(None, (self.department, self.city)))]
        if self.specialty and not self.interests:
            lines.insert(0, self.specialty)
        return tuple(filter(None, lines))

    @property
    def has_long_name(self) -> bool:
        """Whether the largest size would break a word of the name on a phone, or fill its screen."""
        return len(self.name) > 42 or max(map(len, re.split(r"[\s-]+", self.name))) > 13

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The bio, parted at its empty lines."""
        return tuple(filter(None, (part.strip() for part in self.bio.split("\n\n"))))

    @property
    def dial(self) -> str:
        """The phone number for a `tel:` link (RFC 3966): digits, and where they begin with one, a plus."""
        number = re.split(r"[a-zA-Z#;,]", self.phone, maxsplit=1)[0]
        return ("+" if number.strip().startswith("+") else "") + re.sub(r"[^0-9]", "", number)

    @property
    def title(self) -> str:
        """The name with its credentials: "Ada Okafor, MD, MPH"."""
        return ", ".join((self.name, *self.credentials))

    @property
    def description(self) -> str:
        """One sentence or two for a link preview or a search result."""
        bio = " ".join(self.bio.split())
        short = bio if len(bio) <= 160 else bio[:159].rsplit(" ", 1)[0] + "…"
        work = ". ".join(filter(None, (self.headline, self.institution)))
        return " ".join(self.pitch.split()) or short or work or f"The card of {self.name}."


def face_of(card: Card, handle: str) -> Face:
    """The public side of `card`, which may be one that was never saved (the editor's preview)."""
    profiles = (
        Link(label, address)
        for label, address in (
            ("LinkedIn", card.linkedin),
            ("ORCID", card.orcid),
            ("Google Scholar", card.scholar),
            ("X", card.x),
            ("Instagram", card.instagram),
        )
        if address
    )
    return Face(
        id=card.id,
        handle=handle,
        name=card.name,
        credentials=tuple(filter(None, (part.strip() for part in card.credentials.split(",")))),
        pronouns=card.pronouns,
        headline=card.headline,
        institution=card.institution,
        department=card.department,
        city=card.city,
        specialty=card.specialty,
        interests=card.interests,
        bio=card.bio,
        pitch=card.pitch,
        email=card.email if card.show_email else "",
        phone=card.phone if card.show_phone else "",
        website=card.website,
        profiles=tuple(profiles),
        accent=card.accent,
        has_cv=bool(card.cv_file or card.cv_url),
        cv_pages=card.cv_pages if card.cv_file else None,
        hello_open=bool(card.hello_open),  # a card that was never saved has no default yet
        portrait=_mark(card.headshot_small or card.headshot_file),
    )


def _mark(key: str | None) -> str | None:
    """A media key's random end: short, and nothing of the owner's id in it."""
    return key.partition("/")[2].partition(".")[0][-12:] if key else None
