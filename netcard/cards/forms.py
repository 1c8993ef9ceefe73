"""The card's form. Fields keep what was typed; what goes into the database is in `values()`."""

from collections.abc import Callable
from typing import Any, cast

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField, HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from netcard.cards import links, rules
from netcard.cards.models import Card
from netcard.errors import Invalid
from netcard.media.images import Crop
from netcard.web.forms import Form, Plain, long_text, text, tick

EMAIL, PHONE = 254, 40
CROP = ("crop_x", "crop_y", "crop_size")
PLAIN = (
    *("name", "credentials", "pronouns", "headline", "institution", "department", "city"),
    *("specialty", "interests", "bio", "pitch", "accent"),
)
LINKS: dict[str, Callable[[str], str]] = {
    "website": links.website,
    "linkedin": links.linkedin,
    "x": links.x,
    "instagram": links.instagram,
    "orcid": links.orcid,
    "scholar": links.scholar,
    "cv_url": links.website,
}
TICKS = ("show_email", "show_phone", "search_engines", "hello_open")


class Kept:
    """Check a field and note in `form.kept` what is to be kept of it; the field shows what was typed."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self.rule = rule

    def __call__(self, form: Any, field: Field) -> None:
        try:
            form.kept[field.name] = self.rule(field.data)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None


def kept_email(typed: str) -> str:
    """An address as it will be written; whether it receives mail is the owner's to know."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        after = typed.rpartition("@")[2]
        if "@" not in typed:
            raise ValueError("An e-mail address has an @ in it.") from None
        if "." not in after:
            raise ValueError("The part after @ looks unfinished.") from None
        raise ValueError("This does not look like an e-mail address.") from None


def kept_phone(typed: str) -> str:
    """Grouped as its country does where the number says which; otherwise as it was typed."""
    number = rules.clean_phone(typed)
    if wrong := rules.problem_with_phone(number):
        raise ValueError(wrong)
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    grouped = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    return grouped if len(grouped) <= PHONE else number


def kept_handle(typed: str) -> str:
    """The handle in small letters."""
    handle = rules.typed_handle(typed)
    if wrong := rules.problem_with(handle):
        raise ValueError(wrong)
    return handle


class CardForm(Form):
    """Only `handle` and `name` are required. A text that was not sent stays what it is on the card."""

    name = text("Your name", 100, "A card needs a name. Yours is enough.")
    handle = text("Address of your card", 200, "Choose the end of your card's address.", Kept(kept_handle))
    credentials = text("Credentials", 60)
    pronouns = text("Pronouns", 40)
    headline = text("Headline", 160)
    institution = text("Institution", 160)
    department = text("Department", 160)
    city = text("City", 100)
    specialty = text("Specialty", 100)
    interests = text("Interests", 300)
    bio = long_text("Short bio", 2000)
    pitch = long_text("Your work in two sentences", 400)
    email = text("E-mail", EMAIL, None, Kept(kept_email))
    show_email = tick("Show my e-mail on the card")
    phone = text("Phone", PHONE, None, Kept(kept_phone))
    show_phone = tick("Show my phone on the card")
    website = text("Website", 300, None, Kept(links.website))
    linkedin = text("LinkedIn", 300, None, Kept(links.linkedin))
    x = text("X", 300, None, Kept(links.x))
    instagram = text("Instagram", 300, None, Kept(links.instagram))
    orcid = text("ORCID", 300, None, Kept(links.orcid))
    scholar = text("Google Scholar", 300, None, Kept(links.scholar))
    cv_url = text("Link to your CV", 300, None, Kept(links.website))
    accent = RadioField(
        "Ink", choices=[(ink, ink.title()) for ink in rules.INKS], default="theatre", validate_choice=False
    )
    search_engines = tick("Let search engines find this card")
    hello_open = tick("Let visitors leave their details")
    headshot = FileField("Photo of you")
    cv = FileField("CV as PDF")
    remove_headshot = tick("Remove this photo")
    remove_cv = tick("Remove this CV")
    crop_x = HiddenField(validators=[Plain()])
    crop_y = HiddenField(validators=[Plain()])
    crop_size = HiddenField(validators=[Plain()])
    suggested = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.kept: dict[str, str] = {}
        super().__init__(*args, **kwargs)
        for name in CROP:  # only what was sent: the card's own square belongs to its present photo
            self[name].data = next(iter(self[name].raw_data or ()), "")

    @classmethod
    def of_card(cls, card: Card, handle: str) -> "CardForm":
        """Filled from a card, to be changed."""
        return cls(obj=card, handle=handle)

    def validate_accent(self, field: Field) -> None:
        """One of six; none chosen means the first."""
        field.data = field.data or "theatre"
        if field.data not in rules.INKS:
            raise ValidationError("Choose one of the six inks.")

    def validate_headshot(self, field: Field) -> None:
        _expect_file(field)

    def validate_cv(self, field: Field) -> None:
        _expect_file(field)

    def refuse(self, name: str, sentence: str) -> None:
        """Note what was found wrong after validation (a taken handle, an unreadable file)."""
        self[name].errors = (*self[name].errors, sentence)

    def crop(self) -> Crop | None:
        """The square chosen, or None. Raises Invalid for anything but three numbers from 0 to 1."""
        given = [str(self[name].data or "").strip() for name in CROP]
        if not any(given):
            return None
        try:
            return Crop(*(float(value) for value in given))
        except ValueError:
            raise Invalid({"crop_x": "The square on the photo could not be read. Choose it again."}) from None

    def chosen_file(self, name: str) -> FileStorage | None:
        """The file that was sent, if any."""
        field = self[name].data
        return field if isinstance(field, FileStorage) and field.filename else None

    def values(self, *, only_valid: bool = False) -> dict[str, object]:
        """The columns of a card, files aside. `only_valid` leaves wrong fields empty (for the preview)."""
        found: dict[str, object] = {}
        for name in PLAIN:
            found[name] = self._text(name, only_valid)
        for name in (*LINKS, "email", "phone"):
            unsent = "" if self[name].raw_data else str(self[name].data or "")
            found[name] = self.kept.get(name, unsent)
        for name in TICKS:
            found[name] = bool(self[name].data)
        return found

    def _text(self, name: str, only_valid: bool) -> str:
        field = self[name]
        return "" if only_valid and field.errors else str(field.data or "")


class HelloForm(Form):
    """What a visitor leaves on a card. A name and one way to reach them are enough; to send is to consent."""

    name = text("Your name", 200, "Put your name. A first name is enough.")
    institution = text("Where you work", 160)
    email = text("E-mail", EMAIL, None, Kept(kept_email))
    phone = text("Phone", PHONE, None, Kept(kept_phone))
    message = long_text("A line", 1000)
    url = StringField("Leave this empty")
    """No person sees it, so who fills it is a program."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.kept: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    @classmethod
    def of_request(cls) -> "HelloForm":
        """The form as it came."""
        return cast(HelloForm, cls.sent())

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether it can be kept; else each field has its sentence."""
        valid = bool(super().validate(extra_validators))
        if self.email.data or self.phone.data:
            return valid
        self.email.errors = (*self.email.errors, "Put an e-mail address or a phone number.")
        return False

    def validate_name(self, field: Field) -> None:
        if not any(char.isprintable() for char in field.data):  # a name of characters that nobody sees
            raise ValidationError("Put your name. A first name is enough.")

    @property
    def words(self) -> dict[str, str]:
        """What is to be kept, by the names of the fields."""
        said = {name: str(self[name].data or "") for name in ("name", "institution", "message")}
        return said | {name: self.kept.get(name, "") for name in ("email", "phone")}


def _expect_file(field: Field) -> None:
    if isinstance(field.data, str) and field.data:
        raise ValidationError("This must be a file.")
