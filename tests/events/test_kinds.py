"""Events of several kinds, under the headings of their time; days that came swapped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from netcard.database import now
from netcard.events import rules
from netcard.events.models import Event
from tests.events.test_events import FORM, MOMENT, kept, text_of
from tests.people import Person


def event(name: str, first: str, last: str = "", time_zone: str = "Europe/Vienna") -> Event:
    days = {"starts_on": date.fromisoformat(first), "ends_on": date.fromisoformat(last or first)}
    return Event(name=name, time_zone=time_zone, **days)


def titles(events: list[Event], here: Event | None = None, moment: datetime = MOMENT) -> dict[str, list[str]]:
    return {title: [one.name for one in some] for title, some in rules.by_phase(events, here, moment)}


@pytest.mark.parametrize(("kind", "word"), rules.KINDS.items())
def test_an_event_says_what_it_is(app: Flask, ada: Person, kind: str, word: str) -> None:
    answer = ada.client.post("/events", data=FORM | {"kind": kind})
    assert answer.status_code == 303
    page = text_of(ada.client.get(answer.location))
    assert f"{word}, 19–22 November 2026" in page
    assert f"Remove this {rules.called(kind)}" in page
    listed = text_of(ada.client.get("/events"))
    assert (f"{word}, 19–22 November 2026" in listed) is (kind != "conference")
    edited = text_of(ada.client.get(f"{answer.location}/edit"))
    assert f'value="{kind}" checked' in edited


def test_a_form_without_a_kind_means_a_conference_and_changes_no_other(app: Flask, ada: Person) -> None:
    ada.client.post("/events", data=FORM)
    [one] = kept(app, ada)
    assert one.kind == "conference"
    address = f"/events/{one.id}/edit"
    ada.client.post(address, data=FORM | {"kind": "rotation"})
    ada.client.post(address, data=FORM | {"name": "Renamed"})
    [one] = kept(app, ada)
    assert (one.name, one.kind) == ("Renamed", "rotation")


@pytest.mark.parametrize("kind", ["", "party", "conference\0"])
def test_no_other_kind_is_taken(app: Flask, ada: Person, kind: str) -> None:
    answer = ada.client.post("/events", data=FORM | {"kind": kind})
    assert answer.status_code == 422
    assert "Choose one of the four" in text_of(answer)
    assert "Oslo" in text_of(answer)
    assert kept(app, ada) == []


SWAPPED = FORM | {"starts_on": "2026-11-22", "ends_on": "2026-11-19", "kind": "interview"}


def test_days_that_came_swapped_are_swapped_back_by_one_tap(app: Flask, ada: Person) -> None:
    refused = ada.client.post("/events", data=SWAPPED)
    assert refused.status_code == 422
    assert "Swap the two days?" in text_of(refused)
    assert 'name="swap"' in text_of(refused)
    answer = ada.client.post("/events", data=SWAPPED | {"swap": "1"})
    assert answer.status_code == 303
    [one] = kept(app, ada)
    assert (one.starts_on, one.ends_on, one.place, one.kind) == (
        date(2026, 11, 19),
        date(2026, 11, 22),
        "Oslo",
        "interview",
    )
    address = f"/events/{one.id}/edit"
    assert 'name="swap"' in text_of(ada.client.post(address, data=SWAPPED))
    assert ada.client.post(address, data=SWAPPED | {"swap": "1"}).status_code == 303
    assert kept(app, ada)[0].starts_on == date(2026, 11, 19)


def test_a_swap_loses_nothing_typed_and_never_turns_good_days_round(app: Flask, ada: Person) -> None:
    answer = ada.client.post("/events", data=SWAPPED | {"swap": "1", "link": "no dots"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "no dots" in page
    assert page.index('value="2026-11-19"') < page.index('value="2026-11-22"')
    assert 'name="swap"' not in page
    assert ada.client.post("/events", data=FORM | {"swap": "1"}).status_code == 303
    assert kept(app, ada)[0].starts_on == date(2026, 11, 19)
    for broken in ({"starts_on": "soon"}, {"ends_on": ""}, {"starts_on": ""}):
        assert ada.client.post("/events", data=SWAPPED | broken | {"swap": "1"}).status_code in (303, 422)


def test_the_list_goes_from_here_to_what_comes_to_what_is_over_by_year() -> None:
    found = titles(
        [
            event("Far", "2027-05-01"),
            event("Soon", "2026-12-01"),
            event("Last week", "2026-11-14"),
            event("Spring", "2026-04-01"),
            event("Long ago", "2024-06-01"),
            event("Now", "2026-11-19", "2026-11-22"),
            event("New year", "2025-12-30", "2026-01-02"),
        ]
    )
    assert found == {
        "Here now": ["Now"],
        "Coming": ["Soon", "Far"],
        "2026": ["Last week", "Spring", "New year"],
        "2024": ["Long ago"],
    }
    assert list(found) == ["Here now", "Coming", "2026", "2024"]


def test_the_place_decides_whether_it_is_on_and_a_choice_counts_too() -> None:
    there = event("Auckland", "2026-11-23", time_zone="Pacific/Auckland")
    assert titles([there], moment=datetime(2026, 11, 22, 10, 59, tzinfo=UTC)) == {"Coming": ["Auckland"]}
    assert titles([there], moment=datetime(2026, 11, 22, 11, 1, tzinfo=UTC)) == {"Here now": ["Auckland"]}
    assert titles([there], moment=datetime(2026, 11, 23, 11, 1, tzinfo=UTC)) == {"2026": ["Auckland"]}
    dinner, running = event("Dinner", "2020-01-01"), event("Running", "2026-11-22")
    assert titles([dinner, running], here=dinner) == {"Here now": ["Dinner", "Running"]}


def test_a_leap_day_is_a_day() -> None:
    leap = event("Leap", "2028-02-29")
    assert rules.phase(leap, datetime(2028, 2, 29, 12, tzinfo=UTC)) == "here"
    assert rules.phase(leap, datetime(2028, 3, 1, 12, tzinfo=UTC)) == "past"


def test_the_page_of_an_event_leads_to_capture_there_and_to_what_came_of_it(app: Flask, ada: Person) -> None:
    first, last = ((now() + timedelta(days=days)).date().isoformat() for days in (-1, 1))
    here = ada.client.post("/events", data={"name": "Here", "starts_on": first, "ends_on": last}).location
    coming = ada.client.post("/events", data={"name": "To come", "starts_on": "2099-01-01"}).location
    past = ada.client.post("/events", data={"name": "Over", "starts_on": "2020-01-01"}).location
    for address in (here, coming, past):
        page = text_of(ada.client.get(address))
        assert f'href="/capture?event={address.rsplit("/", 1)[1]}"' in page
        assert f'hx-get="{address}/plan"' in page
        assert (f'hx-get="{address}/after"' in page) is (address != coming)
    page = text_of(ada.client.get(here))
    assert page.index(f'hx-get="{here}/plan') < page.index(f'hx-get="{here}/after')
    page = text_of(ada.client.get(past))
    assert page.index(f'hx-get="{past}/after') < page.index(f'hx-get="{past}/plan')
    ada.client.post(f"{coming}/here")
    assert f'hx-get="{coming}/after"' in text_of(ada.client.get(coming))
