"""A student's day: hints, where you are, back to the stub, what a check means, watching."""
