"""The room's blueprint, and where in the address space it stands."""

from flask import Blueprint

bp = Blueprint("carddav", __name__)

ROOT = "/dav/"
