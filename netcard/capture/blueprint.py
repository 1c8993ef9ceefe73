"""What the views of this room share."""

from flask import Blueprint

bp = Blueprint("capture", __name__)
