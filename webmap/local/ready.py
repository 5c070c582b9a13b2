"""`python3 -m webmap.local.ready [vendor]`: everything installed, nothing started.

Before: a checkout and a Python. After: `make bench`, `make chaos` and `make format` find their tools.
"""

from __future__ import annotations

import sys

from gis.errors import WanggeError
from webmap.local import node, stopping, vendor
from webmap.local.checks import prepare
from webmap.local.progress import say


def main() -> int:
    """Install what is missing; with `vendor`, copy the pages' scripts and styles anew in any case."""
    stopping.listen()
    try:
        prepare(browser=False)
        if sys.argv[1:] == ["vendor"]:
            node.fetch()
            say(f"{len(vendor.vendor())} files in {vendor.VENDOR}")
    except WanggeError as fault:
        print(f"ready: {fault.message}", file=sys.stderr, flush=True)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
