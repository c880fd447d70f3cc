"""The tests of the grader; the tree mirrors grader/."""
