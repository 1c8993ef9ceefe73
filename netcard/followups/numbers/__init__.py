"""Numbers that help, as pictures, and what came of an event."""
