"""Pages of the cards room."""

from flask import Blueprint

bp = Blueprint("cards", __name__)
