"""`grader serve`: your app with reload, and a page beside it that draws what it does."""
