"""Comparisons and gates: quality, speed, scale. What is measured is measured here."""
