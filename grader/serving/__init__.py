"""Serving a submission: in process beside the test, or in a sandbox watched from outside."""
