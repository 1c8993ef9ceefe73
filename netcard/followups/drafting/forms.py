"""Forms of a letter and of a template."""

from wtforms import Field
from wtforms.validators import AnyOf, Optional, StopValidation
from wtforms.widgets import HiddenInput

from netcard.contacts.rules import DISCUSSED, OFFERED, POSTER, PROMISED
from netcard.followups.drafting.fields import KNOWN
from netcard.followups.drafting.templates import NAME, SUBJECT, TEXT
from netcard.followups.drafting.wording import BadWording, parse
from netcard.web.forms import Form, long_text
from netcard.web.forms import text as line

HOW = ("mail", "copied", "shared")
LETTER = 20_000
ANSWER = 1000

_MOST = {"discussed": DISCUSSED, "promised": PROMISED, "offered": OFFERED, "poster": POSTER}


class LetterForm(Form):
    """A letter in the owner's words. Told that one went out, nothing more need be said."""

    subject = line("Subject", SUBJECT)
    text = long_text("Letter", LETTER)
    how = line(
        "How", 16, None, Optional(), AnyOf(HOW, "Say by mail, copied or shared."), widget=HiddenInput()
    )


class TemplateForm(Form):
    """A template; what cannot be read in it is named."""

    name = line("Name", NAME, "Give it a name to find it by.")
    subject = line("Subject", SUBJECT)
    text = long_text("Text", TEXT, "A template without words is none.")

    def validate_subject(self, field: Field) -> None:
        _check(field)

    def validate_text(self, field: Field) -> None:
        _check(field)


def _check(field: Field) -> None:
    try:
        parse(field.data or "", KNOWN)
    except BadWording as wrong:
        raise StopValidation(str(wrong)) from None


def answer_problem(name: str, said: str) -> str | None:
    """What is wrong with the answer to a gap, as a sentence."""
    most = min(_MOST.get(name, ANSWER), ANSWER)
    if not said:
        return "Write a word or two; it stands in the letter then."
    if len(said) > most:
        return f"This is over {most} characters. Shorten it a little."
    if any(not char.isprintable() for char in said):
        return "There is a character in here that cannot be kept. Type it again."
    return None
