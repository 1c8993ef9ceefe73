"""Pages of the capture room."""

from flask import Blueprint

bp = Blueprint("capture", __name__)
