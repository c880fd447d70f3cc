"""What submissions try, and what they get for it: nothing."""
