"""The room's one blueprint, shared by its files of views."""

from flask import Blueprint

bp = Blueprint("followups", __name__)
