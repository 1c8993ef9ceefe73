"""What an owner does with a letter, short of sending it. Called inside `writing()`."""

from dataclasses import fields

from sqlalchemy import select

from netcard.contacts import exchanges, ledger
from netcard.contacts.actions import change_encounter
from netcard.contacts.models import Contact, Exchange
from netcard.contacts.rules import Met
from netcard.database import db, now
from netcard.followups.actions import TWICE
from netcard.followups.drafting.fields import KNOWN
from netcard.followups.drafting.queries import WRITE, Facts, words_to
from netcard.followups.models import FollowUp


def keep(words: FollowUp, subject: str, text: str, template: str) -> None:
    """Keep the owner's words; no template takes their place from now on."""
    words.draft_subject, words.draft_text, words.template = subject, text, template
    words.draft_dropped_at = None


def start_over(words: FollowUp) -> None:
    """Take the template again; the words are kept, to be taken back."""
    if words.draft_text is not None:
        words.draft_dropped_at = now()


def take_words_back(words: FollowUp) -> None:
    """Take `start_over` back."""
    words.draft_dropped_at = None


def fill(facts: Facts, name: str, said: str) -> bool:
    """Write the answer to a gap where it belongs; whether there is such a place."""
    home = KNOWN[name].home
    if home == "item" and facts.item is not None:
        facts.item.why = said
        return True
    if home != "encounter" or facts.encounter is None:
        return False
    met = facts.encounter
    if name == "discussed" and met.discussed:  # the line that they left stays
        said = f"{said}\n{met.discussed}"
    as_it_is = {one.name: getattr(met, one.name) for one in fields(Met) if hasattr(met, one.name)}
    changed = Met(**{**as_it_is, "name": facts.contact.name, name: said})
    change_encounter(facts.contact, met, changed, photo_file=met.photo_file)
    return True


def row_for(contact: Contact) -> FollowUp:
    """The row that keeps the words to somebody with nothing due, made where there is none yet."""
    ledger.lock(contact)
    words = words_to(contact)
    if words is None:
        words = FollowUp(owner_id=contact.owner_id, id=contact.id, contact_id=contact.id, kind=WRITE)
        db.session.add(words)
        db.session.flush()
    return words


def wrote(contact: Contact, subject: str, text: str, how: str) -> Exchange:
    """A letter with nothing due went out. What it settles follows from it: see `sources`.

    Told a second time at once, by a second tap, it is the same letter.
    """
    words = row_for(contact)
    latest = _latest(contact)
    if latest and (latest.subject, latest.text) == (subject, text) and now() - latest.created_at < TWICE:
        return latest
    words.draft_subject = words.draft_text = None
    return exchanges.note(contact, "wrote", subject=subject, text=text, how=how)


def take_back(contact: Contact, letter: Exchange) -> None:
    """Take `wrote` back: the words are there again, and what they settled is open."""
    words = row_for(contact)
    exchanges.take_back(letter)
    if words.draft_text is None:
        keep(words, letter.subject, letter.text, words.template)


def _latest(contact: Contact) -> Exchange | None:
    here = (Exchange.owner_id == contact.owner_id, Exchange.contact_id == contact.id)
    latest = select(Exchange).where(*here, Exchange.kind == "wrote", Exchange.deleted_at.is_(None))
    return db.session.scalars(
        latest.order_by(Exchange.created_at.desc(), Exchange.id.desc()).limit(1)
    ).first()
