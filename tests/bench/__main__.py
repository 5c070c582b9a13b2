"""`make bench`: every bench in turn, each beside its rival or floor in the same run. Nothing is asserted."""

from __future__ import annotations

import importlib

BENCHES = (
    "points",
    "geocode",
    "town",
    "reports",
    "load200",
    "categories",
    "carp",
    "plans",
    "redraw",
    "proposals",
    "rounds",
)


def main() -> None:
    for name in BENCHES:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
