"""All addresses of this room."""

from netcard.carddav import devices, protocol
from netcard.carddav.blueprint import bp

__all__ = ["bp", "devices", "protocol"]  # importing registers the pages
