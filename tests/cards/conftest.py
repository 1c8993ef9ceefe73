import pytest
from flask import Flask

from tests.cards.making import Kept


@pytest.fixture
def kept(app: Flask) -> Kept:
    """Looks behind the pages."""
    return Kept(app)
