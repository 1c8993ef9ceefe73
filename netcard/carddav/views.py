"""The protocol's addresses."""

from netcard.carddav.blueprint import bp

__all__ = ["bp"]
