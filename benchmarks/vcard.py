"""How much faster netcard reads cards than vobject: `python benchmarks/vcard.py [cards] [rounds]`.

Both parse each card and read name, organisation, e-mails, phones, note and photo. The rounds are
interleaved, so that a busy machine slows both, and counted in processor time; each line is
the median over the rounds.
"""

import logging
import random
import statistics
import sys
import time
from collections.abc import Callable

import vobject

from netcard.vcard import compose, parse, photo, project

GIVEN = ["Ngozi", "Amrit", "Søren", "María", "Đức", "Zoë", "Jürgen", "Ada", "Łucja", "Yo-Yo"]
FAMILY = ["Okonjo-Hale", "Lall", "Brandt", "de la Cruz", "Nguyễn", "van der Berg", "Müller", "Ma"]


def made_cards(count: int, with_photos: bool) -> list[bytes]:
    dice = random.Random(7)
    cards = []
    for at in range(count):
        name = f"Dr {dice.choice(GIVEN)} {dice.choice(FAMILY)}"
        cards.append(
            compose(
                uid=f"card-{at}",
                full_name=name,
                institution=f"Hospital {at % 90}; Trust",
                department="Plastic Surgery",
                title="Attending",
                emails=[f"p{at}@hospital.example", f"p{at}@home.example"],
                phones=[f"+44 20 7946 {at:05d}"],
                links=[("LinkedIn", f"https://www.linkedin.com/in/p{at}")],
                note="Met at poster 112, asked about flaps.\nPromised: the slides, by Friday. " * 2,
                categories=["Poster", "Mentor"],
                photo=dice.randbytes(20_000) if with_photos else None,
            )
        )
    return cards


def ours(cards: list[bytes]) -> None:
    for data in cards:
        card = parse(data)
        project(card)
        photo(card)


def theirs(cards: list[bytes]) -> None:
    for data in cards:
        card = vobject.readOne(data.decode())
        _ = (card.fn.value, card.n.value.family, card.org.value, card.title.value, card.note.value)
        _ = [line.value for line in card.email_list], [line.value for line in card.tel_list]
        _ = getattr(card, "photo", None) and card.photo.value


def seconds(work: Callable[[list[bytes]], None], cards: list[bytes]) -> float:
    began = time.process_time()
    work(cards)
    return time.process_time() - began


def main() -> None:
    logging.disable(logging.CRITICAL)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for label, with_photos, cards in (("plain", False, count), ("with a 20 KB photo", True, count // 10)):
        made = made_cards(cards, with_photos)
        pairs = [(seconds(theirs, made), seconds(ours, made)) for _ in range(rounds)]
        ratio = statistics.median(their / our for their, our in pairs)
        each = statistics.median(our for _, our in pairs) / cards * 1e6
        print(f"vcard, {cards} cards {label}: {ratio:.1f} times vobject, {each:.0f} µs a card")


if __name__ == "__main__":
    main()
