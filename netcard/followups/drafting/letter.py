"""A letter as it stands on its page: in the owner's words if there are any, else as its template has it."""

from dataclasses import dataclass
from functools import cached_property

from netcard.followups.drafting.fields import KNOWN, MARKS, Known
from netcard.followups.drafting.mailto import MailLink, mail_link
from netcard.followups.drafting.queries import Facts
from netcard.followups.drafting.templates import SUBJECT, Pattern
from netcard.followups.drafting.wording import marked
from netcard.followups.models import FollowUp

NOTES = ("discussed", "promised", "offered", "why")
"""Fields that hold the owner's notes as they were jotted down."""


@dataclass(frozen=True)
class Letter:
    """To whom, and what it says now."""

    to: str
    subject: str
    text: str
    pattern: Pattern
    kept: bool = False
    """In the owner's own words."""
    waiting: Pattern | None = None
    """Another template under which words of the owner are kept."""
    quotes: bool = False
    """Whether notes stand in it as they were jotted down."""

    @cached_property
    def gaps(self) -> list[Known]:
        """What is still to be said."""
        return [KNOWN[name] for name in marked(f"{self.subject}\n{self.text}", MARKS)]

    @cached_property
    def link(self) -> MailLink:
        """What opens it in the owner's mail."""
        return mail_link(self.to, self.subject, self.text)


def letter_of(
    facts: Facts, patterns: dict[str, Pattern], usual: Pattern, words: FollowUp | None, asked: str
) -> Letter:
    """The letter for `facts`. `asked` names a template, empty for whichever the owner has words under, or
    else the `usual` one; `words` is the row that keeps the owner's."""
    there = words is not None and words.draft_text is not None and words.draft_dropped_at is None
    theirs = patterns.get(words.template, usual) if words and there else None
    pattern = patterns.get(asked) or theirs or usual
    if words and theirs is pattern:
        return Letter(facts.to, words.draft_subject or "", words.draft_text or "", pattern, kept=True)
    subject, text = composed(facts, pattern)
    quotes = any(facts.values.get(name) and f"{{{name}}}" in pattern.text for name in NOTES)
    return Letter(facts.to, subject, text, pattern, waiting=theirs, quotes=quotes)


def composed(facts: Facts, pattern: Pattern) -> tuple[str, str]:
    """Subject and text as the template has them."""
    subject, text = pattern.rendered(facts.values)
    one_line = " ".join(subject.text.split())
    return (one_line if len(one_line) <= SUBJECT else f"{one_line[: SUBJECT - 1]}…"), text.text
