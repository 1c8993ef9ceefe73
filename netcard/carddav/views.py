"""The protocol's addresses."""

from netcard.carddav import devices
from netcard.carddav.blueprint import bp

__all__ = ["bp", "devices"]  # importing registers the pages
