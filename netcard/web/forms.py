"""Forms: every field has a limit and a plain message, and keeps what was typed."""

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import BooleanField, Field, FileField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from netcard.errors import Invalid


class Form(WTForm):
    """A form of ours. `problems` holds one sentence for each field that cannot be taken."""

    class Meta:
        def bind_field(self, form: WTForm, unbound: Any, options: dict[str, Any]) -> Field:
            filters = [*unbound.kwargs.get("filters", ()), trimmed]
            return unbound.bind(form=form, **{**options, "filters": filters})

    @classmethod
    def sent(cls, **kwargs: Any) -> "Form":
        """The form filled from the request that is being answered.

        Only file fields take files: one under another field's name is not there.
        """
        files = MultiDict((name, file) for name, file in request.files.items(multi=True) if cls._takes(name))
        return cls(CombinedMultiDict([files, request.form]), **kwargs)

    @classmethod
    def _takes(cls, name: str) -> bool:
        return getattr(getattr(cls, name, None), "field_class", None) is FileField

    @classmethod
    def of_json(cls, values: Mapping[str, object], **kwargs: Any) -> "Form":
        """The form filled from a JSON object; raises `Invalid` where a value is not text."""
        wrong = {
            name: "This must be text." for name, value in values.items() if not isinstance(value, str | None)
        }
        if wrong:
            raise Invalid(wrong)
        return cls(MultiDict({name: value for name, value in values.items() if value is not None}), **kwargs)

    @property
    def problems(self) -> dict[str, str]:
        return {name: str(messages[0]) for name, messages in self.errors.items() if name and messages}


def trimmed(value: object) -> object:
    """Without white space around it; line ends as one character."""
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


class Plain:
    """Refuse characters that no database or phone keeps: NUL and other controls."""

    def __call__(self, form: WTForm, field: Field) -> None:
        if isinstance(field.data, str) and any(
            (char < " " and char not in "\n\t") or char == "\x7f" or "\ud800" <= char <= "\udfff"
            for char in field.data
        ):
            raise StopValidation("There is a character in here that cannot be kept. Type it again.")


def text(label: str, most: int, required: str | None = None, *more: Any, **kwargs: Any) -> StringField:
    """One line of at most `most` characters; `required` is the sentence shown when it is empty."""
    return StringField(label, _validators(most, required, more, lines=False), **kwargs)


def long_text(label: str, most: int, required: str | None = None, *more: Any, **kwargs: Any) -> TextAreaField:
    """Several lines of at most `most` characters."""
    return TextAreaField(label, _validators(most, required, more, lines=True), **kwargs)


def tick(label: str) -> BooleanField:
    """A checkbox: any value that is not empty means yes, "false" too, for it was ticked."""
    return BooleanField(label, false_values=(False, ""))


class OneLine:
    """A line break in a one-line field was pasted: refuse it rather than guess."""

    def __call__(self, form: WTForm, field: Field) -> None:
        if isinstance(field.data, str) and "\n" in field.data:
            raise ValidationError("Keep this on one line.")


def _validators(most: int, required: str | None, more: tuple[Any, ...], *, lines: bool) -> list[Any]:
    presence = (
        [InputRequired(required), NotBlank(required)] if required else [Optional(strip_whitespace=True)]
    )
    return [
        Plain(),
        *presence,
        *([] if lines else [OneLine()]),
        Length(max=most, message=f"This is over {most} characters. Shorten it a little."),
        *more,
    ]


class NotBlank:
    """White space alone is nothing."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: WTForm, field: Field) -> None:
        if not field.data:
            raise StopValidation(self.message)
