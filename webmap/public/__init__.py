"""Everybody: public matters and pictures, my grid and its people."""
