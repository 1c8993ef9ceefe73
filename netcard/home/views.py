"""Pages of the home room."""

from flask import Blueprint

bp = Blueprint("home", __name__)
