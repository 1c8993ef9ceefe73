"""What a program that syncs calls itself, in its owner's words. Only for the owner's own list.

Pure: what was sent in, words out.
"""

import re

NAME = 40

_CLIENTS = (  # the first mark that is found names it
    ("DAVx5", "DAVx5"),
    ("DAVdroid", "DAVx5"),
    ("CardBook", "CardBook"),
    ("Thunderbird", "Thunderbird"),
    ("Evolution", "Evolution"),
    ("vdirsyncer", "vdirsyncer"),
    ("CalDavSynchronizer", "Outlook"),
    ("eM Client", "eM Client"),
    ("CardDAV-Sync", "CardDAV-Sync"),
    ("Akonadi", "KDE"),
    ("KIO/", "KDE"),
    ("iPadOS/", "iPad"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("iOS/", "iPhone or iPad"),  # an iPad sends it too
    ("visionOS/", "Apple Vision"),
    ("AddressBook", "Mac"),
    ("macOS/", "Mac"),
    ("Mac OS X/", "Mac"),
    ("Mac+OS+X/", "Mac"),
)
_BROWSERS = (("iPhone", "iphone"), ("iPad", "ipad"), ("Android", "android"), ("Macintosh", "mac"))
_PHONES = {"iphone": "iPhone", "ipad": "iPad", "android": "Android phone"}


def client(agent: str) -> str:
    """The program behind a User-Agent that came with a sync: "iPhone or iPad", "DAVx5", or its own word."""
    for mark, name in _CLIENTS:
        if mark.lower() in agent.lower():
            return name
    own = re.match(r"[\w .+-]+", agent)
    if own is None or own[0].startswith("Mozilla"):
        return "Another program"
    return own[0].strip()[:NAME] or "Another program"


def browser_on(agent: str) -> str:
    """Where the owner reads the page: "iphone", "ipad", "android", "mac", or "desk" for anything else."""
    return next((kind for mark, kind in _BROWSERS if mark in agent), "desk")


def suggested_label(agent: str, taken: set[str]) -> str:
    """A name for the next device: a phone's own kind, else "My phone"; numbered where it is taken."""
    name = _PHONES.get(browser_on(agent), "My phone")
    numbered = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(label for label in numbered if label not in taken)
