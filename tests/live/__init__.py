"""`grader serve`, as a student has it: a real command, a real browser."""
