"""Shapes and numbers only: coordinates, measures, coverage, neighbours, points in polygons; no database."""
