"""Rounds through the grids, and visits."""
