"""Reminders the owner chooses: the morning's mail, push messages, and `netcard remind`, which sends them."""
