"""What search-as-you-type costs a large book against a small one.

`python benchmarks/search.py [large] [small] [rounds]`
Two owners in one database, embedded and on a throw-away PostgreSQL where that is installed. Each
query is asked of both owners in turn, so that a busy machine slows both; a line is the median
over the rounds, through the whole request as the phone makes it. The promise: at most 3 times.
"""

import random
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import insert, text

from netcard import create_app, vcard
from netcard.contacts import rules
from netcard.contacts.models import Book, Contact, ContactSign, ContactTag, ContactToken, Encounter
from netcard.database import db, new_id, now, writing
from tests.conftest import settings_for
from tests.people import make_person
from tests.postgresql import Cluster

SYLLABLES = "an ben cor da el fi gun ha jo ka lo mar nor ro sol tu vi wen xa yun zo".split()  # noqa: SIM905
PLACES = ["Fjordside University Hospital", "Wexcombe General, Leeds", "Harrow Lake", "Charité, Straße 4"]
SAID = ["stopped", "packing", "fewer", "fistulas", "fellows", "run", "speech", "clinic", "registries"]
TAGS = ["cleft", "mentor", "speech", "fellowship"]
QUERIES = [
    "s",
    "so",
    "sol",
    "sola",
    "solanben",
    "hospital",
    "f",
    "sol hospital",
    "an ben",
    "fistulas cleft",
    "zzz",
]
CHUNK = 5000


def fill(owner: UUID, count: int, dice: random.Random) -> None:
    """As many people as wanted, straight into the tables, with the words the book would write down."""
    moment = now()
    with writing():
        db.session.execute(
            insert(Book).values(owner_id=owner, id=owner, epoch=new_id(), seq=count, created_at=moment)
        )
        for start in range(0, count, CHUNK):
            people, met, tokens, tags, signs = [], [], [], [], []
            for at in range(start, min(start + CHUNK, count)):
                row = person(owner, at, dice)
                people.append(row)
                said, tag = " ".join(dice.sample(SAID, 6)), dice.choice(TAGS)
                words = rules.search_words((row["name"], row["institution"], tag, row["email"], said))
                row["folded"] = f" {' '.join(words)}"
                key = {"owner_id": owner, "contact_id": row["id"]}
                tokens += [{**key, "token": word} for word in words]
                tags.append({**key, "folded": tag, "label": tag})
                for kind, value in (("email", row["email"]), ("name", rules.folded_name(row["name"]))):
                    signs.append({**key, "kind": kind, "value": value})
                met.append({**key, "id": new_id(), "met_at": row["met_at"], "discussed": said})
            for table, rows in (
                (Contact, people),
                (Encounter, met),
                (ContactToken, tokens),
                (ContactTag, tags),
                (ContactSign, signs),
            ):
                db.session.execute(insert(table), rows)


def person(owner: UUID, at: int, dice: random.Random) -> dict[str, object]:
    """One contact's columns."""
    first, last = ("".join(dice.choices(SYLLABLES, k=2)).title() for _ in range(2))
    contact_id = new_id()
    name, place, email = (
        f"{first} {last}",
        dice.choice(PLACES),
        f"{first}.{last}{at}@hospital.example".lower(),
    )
    data = vcard.compose(uid=str(contact_id), full_name=name, institution=place, emails=[email])
    return {
        "owner_id": owner,
        "id": contact_id,
        "book_id": owner,
        "resource": f"{contact_id}.vcf",
        "uid": str(contact_id),
        "vcard": data,
        "etag": vcard.etag(data),
        "seq": at + 1,
        "size": len(data),
        "name": name,
        "institution": place,
        "email": email,
        "met_at": now() - timedelta(minutes=at),
    }


def milliseconds(client: FlaskClient, query: str) -> float:
    """One search, as the list on the phone asks for it."""
    started = time.perf_counter()
    answer = client.get("/contacts", query_string={"q": query}, headers={"HX-Request": "true"})
    answer.get_data()
    assert answer.status_code == 200
    return (time.perf_counter() - started) * 1000


def measure(app: Flask, large: int, small: int, rounds: int) -> float:
    """Print a line for each query; the worst ratio."""
    with app.app_context():
        upgrade()
    big, little = make_person(app, "big@example.org"), make_person(app, "little@example.org")
    with app.app_context():
        fill(big.id, large, random.Random(1))
        fill(little.id, small, random.Random(2))
        with db.engine.connect() as connection:
            print(f"\n{connection.dialect.name}: {large:,} people against {small:,}")
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(writes=True) as connection:
                connection.execute(text("ANALYZE"))
                connection.commit()
        db.session.remove()
    worst = 0.0
    for query in ["", *QUERIES]:
        times: dict[str, list[float]] = {"big": [], "little": []}
        for _ in range(rounds):
            times["big"].append(milliseconds(big.client, query))
            times["little"].append(milliseconds(little.client, query))
        many, few = (statistics.median(some) for some in times.values())
        worst = max(worst, many / few)
        print(f"{query or '(the list)':18} {many:7.1f} ms  {few:7.1f} ms  {many / few:5.2f} times")
    print(f"worst: {worst:.2f} times")
    return worst


def main() -> None:
    large, small, rounds = (*map(int, sys.argv[1:]), *(100_000, 1_000, 15)[len(sys.argv) - 1 :])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="netcard-search-")))
        measure(create_app(settings_for(folder / "sqlite")), large, small, rounds)
        if shutil.which("pg_ctl") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            cluster = stack.enter_context(Cluster())
            app = create_app(settings_for(folder / "postgresql", cluster.new_database()))
            measure(app, large, small, rounds)
            with app.app_context():
                db.engine.dispose()


if __name__ == "__main__":
    main()
