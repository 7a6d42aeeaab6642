"""Stacked frames become the picture."""
