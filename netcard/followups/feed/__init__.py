"""The calendar feed at an address that is a secret."""
