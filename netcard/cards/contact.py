"""A card as things to take away: contact file, e-mail signature, a code that needs no network. Pure."""

from collections.abc import Sequence
from datetime import datetime

from netcard import qr, vcard
from netcard.cards.face import Face


def contact_file(face: Face, address: str, changed_at: datetime, photo: bytes | None) -> bytes:
    """A vCard 3.0 of what the card shows; its UID stays the same, so that saving it again updates.

    `address` is the card's own; `photo` a small JPEG.
    """
    website = [("Website", face.website)] if face.website else []
    return vcard.compose(
        uid=f"urn:uuid:{face.id}",
        full_name=face.name,
        credentials=", ".join(face.credentials),
        pronouns=face.pronouns,
        institution=face.institution,
        department=face.department,
        title=face.headline,
        city=face.city,
        emails=[face.email],
        phones=[face.phone],
        website=address,
        links=[*website, *((link.label, link.address) for link in face.profiles)],
        note=face.pitch or face.headline,
        photo=photo,
        rev=changed_at,
    )


def signature_lines(face: Face) -> Sequence[str]:
    """The words of a signature under the name: what the person does, and where."""
    where = ", ".join(filter(None, (face.department, face.institution, face.city)))
    reach = " · ".join(filter(None, (face.email, face.phone)))
    return [line for line in (face.headline, where, reach) if line]


def signature_text(face: Face, address: str) -> str:
    """A signature for plain mail; the two dashes and a space are the old sign for one (RFC 3676, 4.3)."""
    pronouns = f" ({face.pronouns})" if face.pronouns else ""
    return "\n".join(["-- ", face.title + pronouns, *signature_lines(face), address])


def code_text(face: Face, address: str) -> str:
    """The contact as one QR code can hold it, for two phones that both have no network."""
    return qr.vcard_text(face.name, face.email, face.phone, address)
