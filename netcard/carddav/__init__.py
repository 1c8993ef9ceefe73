"""The address book protocol: CardDAV (RFC 6352) with sync by token (RFC 6578), on netcard's own tables."""
