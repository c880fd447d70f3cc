"""What ends a grading run as a whole."""


class GradingError(Exception):
    """The grader failed as a whole; the text says why."""
