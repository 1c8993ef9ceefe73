"""The room's blueprint, on which views and public pages hang."""

from flask import Blueprint

bp = Blueprint("cards", __name__)
