"""Two cards of one person become one, field by field as the owner chooses, and apart again."""
