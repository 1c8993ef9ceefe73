"""Two cards of one person among others, for the tests of merging."""

import pytest
from flask import Flask

from tests.contacts.test_book import meet
from tests.contacts.two import Two
from tests.people import Person


@pytest.fixture
def two(app: Flask, ada: Person, ben: Person) -> Two:
    with app.app_context():
        meet(ada, "Noise", email="noise@x.example", discussed="nothing")
        meet(ben, "Margit Solheim", email="m@fjord.example")
    return Two(app, ada)
