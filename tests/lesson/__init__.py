"""The lesson: every page, snippet, command and claim is run."""
