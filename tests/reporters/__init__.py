"""Reporters against the rules of the venues that read them."""
