"""The owner's templates: worded anew, as they came, one's own; on both databases."""

import re
from html import unescape

import pytest
from flask import Flask

from netcard.database import db, writing
from netcard.followups.drafting.templates import MOST_OWN, come_along
from netcard.followups.models import Template
from tests.followups.drafting.test_letters import due_id, text_of
from tests.followups.test_ground import capture
from tests.people import Person

THANKS = "/followups/templates/thanks"


def rows(app: Flask) -> list[Template]:
    with app.app_context():
        return db.session.query(Template).all()


def add(owner: Person, name: str = "After a talk", text: str = "Dear {them}, {discussed}") -> str:
    answer = owner.client.post(
        "/followups/templates/new", data={"name": name, "subject": "Hello", "text": text}
    )
    assert answer.status_code == 303
    return str(answer.location)


def test_every_template_that_comes_along_is_listed(ada: Person) -> None:
    page = ada.client.get("/followups/templates").text
    for key, pattern in come_along().items():
        assert f'href="/followups/templates/{key}"' in page
        assert pattern.name in page


def test_a_template_is_worded_anew_and_letters_follow(app: Flask, ada: Person, ben: Person) -> None:
    margit = capture(ada, "Prof. Margit Solheim", 4, discussed="home recordings")
    data = {"name": "Thanks", "subject": "Hi", "text": "Dear {them},\r\nI liked {discussed}."}
    assert ada.client.post(THANKS, data=data).status_code == 303
    page = ada.client.get(f"/followups/{due_id(app, margit)}").text
    assert text_of(page) == "Dear Professor Solheim,\nI liked home recordings."
    assert "In your words" in ada.client.get("/followups/templates").text
    assert "In your words" not in ben.client.get("/followups/templates").text
    ada.client.post(THANKS, data={**data, "text": "Dear {them}"})
    assert len(rows(app)) == 1


def test_an_edited_template_is_had_back_as_it_came_and_this_can_be_taken_back(
    app: Flask, ada: Person
) -> None:
    ada.client.post(THANKS, data={"name": "Thanks", "subject": "Hi", "text": "Mine"})
    ada.client.post(f"{THANKS}/put-away")
    page = ada.client.get(THANKS).text
    assert text_of(page) == come_along()["thanks"].text
    undo = re.search(r'action="(/followups/templates/[^"]+/have-back)"', page)
    assert undo
    ada.client.post(undo[1])
    assert text_of(ada.client.get(THANKS).text) == "Mine"
    assert ada.client.post("/followups/templates/ask/put-away").status_code == 404  # as it came already


def test_words_had_back_take_the_place_of_those_written_since(app: Flask, ada: Person) -> None:
    ada.client.post(THANKS, data={"name": "Thanks", "text": "First"})
    ada.client.post(f"{THANKS}/put-away")
    (first,) = rows(app)
    ada.client.post(THANKS, data={"name": "Thanks", "text": "Second"})
    ada.client.post(f"/followups/templates/{first.id}/have-back")
    assert text_of(ada.client.get(THANKS).text) == "First"


def test_one_of_ones_own_is_used_removed_and_taken_back(app: Flask, ada: Person) -> None:
    address = add(ada)
    key = address.rpartition("/")[2]
    margit = capture(ada, "Prof. Margit Solheim", 4, discussed="home recordings")
    letter = f"/followups/{due_id(app, margit)}?template={key}"
    assert text_of(ada.client.get(letter).text) == "Dear Professor Solheim, home recordings"
    ada.client.post(f"{address}/put-away")
    assert ada.client.get(address).status_code == 404
    assert ada.client.get(letter).status_code == 404
    ada.client.post(f"{address}/have-back")
    assert ada.client.get(letter).status_code == 200


def test_words_under_a_template_that_was_removed_are_kept(app: Flask, ada: Person) -> None:
    address = add(ada)
    due = due_id(app, capture(ada, "Prof. Margit Solheim", 4))
    data = {"template": address.rpartition("/")[2], "text": "My words"}
    ada.client.post(f"/followups/{due}/draft", data=data)
    ada.client.post(f"{address}/put-away")
    assert text_of(ada.client.get(f"/followups/{due}").text) == "My words"


def test_there_is_a_limit_to_ones_own(app: Flask, ada: Person) -> None:
    with app.app_context(), writing():
        db.session.add_all(Template(owner_id=ada.id, name=f"T{n}", text="x") for n in range(MOST_OWN))
    answer = ada.client.post("/followups/templates/new", data={"name": "More", "text": "y"})
    assert answer.status_code == 422
    assert f"more than {MOST_OWN}" in answer.text
    assert 'value="More"' in answer.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"text": "Dear {tem}"}, "Did you mean {them}?"),
        ({"text": "Dear {them"}, "“{them” is not closed"),
        ({"text": "Hi [there {them}"}, "is not closed: a ] is missing"),
        ({"text": "Hi [there]"}, "has no field in it"),
        ({"subject": "Hi }"}, "Write }} for a }"),
        ({"text": "x" * 8001}, "over 8000"),
        ({"text": ""}, "without words"),
        ({"name": ""}, "Give it a name"),
        ({"name": "x" * 61}, "over 60"),
        ({"subject": "a\nb"}, "one line"),
    ],
)
def test_a_template_that_cannot_be_read_is_refused_as_it_was_typed(
    app: Flask, ada: Person, data: dict[str, str], says: str
) -> None:
    sent = {"name": "Thanks", "subject": "Hi", "text": "Dear {them}", **data}
    for address in (THANKS, "/followups/templates/new"):
        answer = ada.client.post(address, data=sent)
        assert answer.status_code == 422
        assert says in unescape(answer.text)
        assert text_of(answer.text) == sent["text"]
    assert rows(app) == []


def test_the_preview_reads_as_it_would_to_somebody_met(ada: Person, ben: Person) -> None:
    capture(ada, "Dr Amrit Lall", 1)
    capture(ada, "Prof. Margit Solheim", 4, discussed="<b>home</b> recordings")
    data = {"name": "x", "subject": "Hi {first_name}", "text": "Dear {them}, {discussed}, {news}."}
    read = ada.client.post("/followups/templates/preview", data=data, headers={"HX-Request": "true"}).text
    assert "To Prof. Margit Solheim" in read
    assert "Hi Margit" in read
    assert "&lt;b&gt;home&lt;/b&gt; recordings" in read
    assert "<mark>[what is new?]</mark>" in read
    assert "<html" not in read
    made_up = ben.client.post("/followups/templates/preview", data=data).text
    assert "To somebody made up" in made_up
    assert "Lall" not in made_up
    broken = ada.client.post("/followups/templates/preview", data={**data, "text": "{nwes}"}).text
    assert "Did you mean {news}?" in unescape(broken)


def test_ben_has_nothing_of_adas_templates(app: Flask, ada: Person, ben: Person) -> None:
    address = add(ada, name="Adas own")
    (row,) = rows(app)
    assert "Adas own" not in ben.client.get("/followups/templates").text
    assert ben.client.get(address).status_code == 404
    assert ben.client.post(address, data={"name": "B", "text": "B"}).status_code == 404
    for what in ("put-away", "have-back"):
        assert ben.client.post(f"/followups/templates/{row.id}/{what}").status_code == 404
    with app.app_context():
        assert db.session.query(Template).one().name == "Adas own"


@pytest.mark.parametrize("key", ["nothing", "Thanks", "../thanks", "01940000-0000-7000-8000-000000000000"])
def test_what_is_no_template_is_not_there(ada: Person, key: str) -> None:
    assert ada.client.get(f"/followups/templates/{key}").status_code == 404
