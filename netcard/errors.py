"""The few things that can go wrong on purpose. Everything else is a fault and gets logged."""


class NetcardError(Exception):
    """What the person reading it can act on; `str()` is a sentence for them."""


class Invalid(NetcardError):
    """Input that cannot be taken as it is.

    `errors` maps the field's name (as in the form or JSON) to one sentence.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class BrokenCard(NetcardError):
    """A vCard that cannot be read. `line` counts from 1 in the text as it came."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.reason = reason
        self.line = line


class UnreadableFile(NetcardError):
    """A photo or document that is not what it says, or is more than we take."""


class Conflict(NetcardError):
    """The same name for something else: nothing was changed."""


class NotHere(NetcardError):
    """No such thing for this owner."""


class Misconfigured(NetcardError):
    """A setting, or the machine below it, that netcard refuses to start with."""
