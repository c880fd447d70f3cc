"""A student's day, through the command line, in a tree of their own."""
