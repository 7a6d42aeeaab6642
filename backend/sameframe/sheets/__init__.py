"""Sheets: paper with the shots of a series in a template's slots; strips and collages."""
