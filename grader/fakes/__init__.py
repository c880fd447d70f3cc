"""The services as the suites see them: fakes that really work, outside the student's process."""
