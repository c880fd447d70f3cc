"""A class: who is in it and where their work is, and one table of how it was graded."""
