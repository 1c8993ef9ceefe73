"""Meetings agreed on: made, prepared, held or called off."""
