"""Tests of the audit and of new exercises."""
