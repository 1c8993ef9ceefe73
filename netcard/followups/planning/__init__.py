"""The plan of an event: what to do before it, whom to reach, what to see."""
