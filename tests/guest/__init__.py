"""Tests of what runs beside student code."""
