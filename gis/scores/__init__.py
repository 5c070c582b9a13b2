"""Figures: by formulas with versions, each with its parts, and a way down to the rows that were counted."""
