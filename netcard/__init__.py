"""Netcard: a networking card to hand over and a list of the people met."""
