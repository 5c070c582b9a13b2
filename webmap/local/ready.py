"""`python3 -m webmap.local.ready [vendor]`: everything installed, nothing started.

Before: a checkout and a Python. After: `make bench`, `make chaos` and `make format` find their tools.
"""

from __future__ import annotations

import sys

from webmap.local import node, stopping, vendor
from webmap.local.checks import prepare
from webmap.local.progress import say, told


def ready() -> None:
    """Install what is missing; with `vendor`, copy the pages' scripts and styles anew in any case."""
    stopping.listen()
    prepare(browser=False)
    if sys.argv[1:] == ["vendor"]:
        node.fetch()
        say(f"{len(vendor.vendor())} files in {vendor.VENDOR}")


if __name__ == "__main__":
    sys.exit(told("ready", ready))
