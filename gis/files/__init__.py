"""Files from outside: tables, shapes, OSM extracts; their columns, their faults. No database."""
