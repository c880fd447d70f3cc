"""The pieces of the HTML report: its style, and one module for what is read in it."""
