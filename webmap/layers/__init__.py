"""What lies on the map: tiles, cases, figures."""
