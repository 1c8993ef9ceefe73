"""A letter's way into the owner's own mail program."""

from dataclasses import dataclass

from netcard.web.assets import mailto

LONGEST = 1_900
"""Characters of a mailto: link that every common pair of browser and mail program opens.

RFC 6068 names no limit; what refuses or cuts longer ones are the programs. Seen by others: 2,046 for
Outlook and Windows Live Mail under Chrome, Firefox and Internet Explorer
(https://superruub.wordpress.com/2013/05/30/mailto-protocol-character-limit/), 2,081 for whatever Windows
opens for a program (https://github.com/electron/electron/issues/9987), 2,008 for Firefox
(https://stackoverflow.com/questions/4473959); beyond, nothing happens at all
(https://github.com/ucam-department-of-psychiatry/camcops/issues/180).
"""


@dataclass(frozen=True, slots=True)
class MailLink:
    """A link, and whether the whole letter is in it; else its text has to be copied."""

    address: str
    whole: bool


def mail_link(to: str, subject: str, text: str) -> MailLink:
    """The link for a letter: all of it, or the address and the subject; never half a text."""
    whole = mailto(to, subject, text)
    if len(whole) <= LONGEST:
        return MailLink(whole, True)
    named = mailto(to, subject)
    return MailLink(named if len(named) <= LONGEST else mailto(to), False)
