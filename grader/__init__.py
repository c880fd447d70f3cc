"""afterwards: exercises on FastAPI background tasks that grade themselves."""

__version__ = "0.1.0"
