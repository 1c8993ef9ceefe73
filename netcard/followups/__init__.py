"""What is due to whom: the queue, drafts, an event's plan, the calendar feed, reminders."""
