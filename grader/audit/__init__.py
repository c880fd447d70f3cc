"""The suites are graded themselves: specimens, mutants and pages go in, findings come out."""
