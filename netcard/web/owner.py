"""Loading through the owner's key: somebody else's row cannot be named."""

from typing import TypeVar, cast
from uuid import UUID

from flask_login import current_user

from netcard.database import Owned, db
from netcard.errors import NotHere

Row = TypeVar("Row", bound=Owned)


def owner_id() -> UUID:
    """The signed-in owner."""
    return cast(UUID, current_user.id)


def mine(model: type[Row], row_id: UUID) -> Row:
    """The signed-in owner's row; raises `NotHere` when there is none by that id."""
    row = db.session.get(model, (owner_id(), row_id))
    if row is None:
        raise NotHere("There is nothing here by that address.")
    return row
