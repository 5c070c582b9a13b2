"""Wangge on one machine: private servers, the environment, the demo. Standard library only.

These files run under the system's own Python before any environment exists, so they import nothing but
the standard library and `gis.errors`.
"""
