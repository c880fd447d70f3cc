"""The pages that students look at, in a real browser."""
