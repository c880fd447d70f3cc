"""The hidden suites: what is graded in class, never part of a student's repository."""
