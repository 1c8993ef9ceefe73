"""Forms of the accounts room."""

from typing import Any

from wtforms import Field, HiddenField, PasswordField, SelectField, StringField
from wtforms import Form as WTForm
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import EmailInput

from netcard.accounts import rules
from netcard.errors import Invalid
from netcard.web.forms import Form, Plain, text, tick


class Secret(PasswordField):
    """A password: taken as it was typed, white space at its ends included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "filters": ()})


def a_password(label: str, required: str) -> Secret:
    """A password to check; `required` is the sentence shown when it is empty."""
    most = f"This is over {rules.PASSWORD_MOST} characters, longer than any password here."
    return Secret(label, [Plain(), InputRequired(required), Length(max=rules.PASSWORD_MOST, message=most)])


def a_new_password(label: str = "Password") -> Secret:
    """A password to keep; what it must be depends on the e-mail, so the form asks `fit_password`."""
    hint = f"At least {rules.PASSWORD_LEAST} characters. A few words in a row are easy to keep in mind."
    return Secret(label, [Plain(), InputRequired("Choose a password.")], description=hint)


def an_email(label: str = "E-mail") -> StringField:
    """An address; `address_of` gives it as accounts are found by."""
    return text(label, rules.EMAIL_MOST, "Enter your e-mail.", Address(), widget=EmailInput())


class Address:
    """Refuse what no mail server would take."""

    def __call__(self, form: WTForm, field: Field) -> None:
        try:
            rules.normal_email(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def address_of(form: Form) -> str:
    """The e-mail of a form that was found valid, as accounts are found by."""
    return rules.normal_email(form.email.data)


def fit_password(field: Field, email: str) -> None:
    """Refuse a new password that is too easy to guess."""
    if problem := rules.password_problem(field.data, email):
        raise ValidationError(problem)


def refuse(form: Form, error: Invalid) -> None:
    """Write what an action found wrong beside the form's fields."""
    for name, sentence in error.errors.items():
        form[name].errors = [sentence]


class SignUp(Form):
    """`time_zone` is filled by a script; without one the account begins in UTC."""

    email = an_email()
    password = a_new_password()
    time_zone = HiddenField()

    def validate_password(self, field: Field) -> None:
        fit_password(field, self.email.data or "")


class SignIn(Form):
    email = an_email()
    password = a_password("Password", "Enter your password.")


class AskReset(Form):
    email = an_email()


class ChoosePassword(Form):
    """The new password behind a mailed link. Set `account_email` before validating."""

    account_email = ""
    password = a_new_password("New password")

    def validate_password(self, field: Field) -> None:
        fit_password(field, self.account_email)


class ChangePassword(ChoosePassword):
    """`disconnect`: the app passwords too, where somebody may have made one. They outlive a mere change."""

    current = a_password("Password now", "Enter the password you have now.")
    disconnect = tick("Also disconnect the phones that sync")


class Preferences(Form):
    time_zone = SelectField("Time zone", validate_choice=False)
    met_line = tick("Write where and when we met into new contacts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.time_zone.choices = rules.zones_to_choose()
        if self.time_zone.data in rules.time_zones() and not self._offered():
            self.time_zone.choices = {"Yours": [(self.time_zone.data,) * 2], **rules.zones_to_choose()}

    def validate_time_zone(self, field: Field) -> None:
        if field.data not in rules.time_zones():
            raise ValidationError("There is no time zone by this name.")

    def _offered(self) -> bool:
        return any(
            name == self.time_zone.data for places in rules.zones_to_choose().values() for name, _ in places
        )


class Erase(Form):
    password = a_password("Password", "Enter your password to delete the account.")


class Invite(Form):
    email = an_email("E-mail of a colleague")
