"""What a follow-up says: templates, the fields they are filled from, the letter and its way out."""
