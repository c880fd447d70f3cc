"""afterwards: exercises on FastAPI background tasks that grade themselves."""

__version__ = "0.1.0"
MANIFEST = "grader/manifest.json"  # in a published repository: see grader/manifest.py
