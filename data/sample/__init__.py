"""The sample town 样例街道: a seeded generator of a made-up town (no real place, no real person).

Before: nothing. After: the loader, the tests, the benchmarks. `make_town()` gives the tables, `Town.write`
puts them into files.
"""

from data.sample.town import Town, make_town

__all__ = ["Town", "make_town"]
