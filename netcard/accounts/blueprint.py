"""The room's one blueprint, shared by its files of views."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
