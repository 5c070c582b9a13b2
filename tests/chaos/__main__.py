"""`make chaos`: reports by the thousands while everything is killed again and again; exit code 1 when anything is lost.

The servers are of its own, in a folder of its own; nothing else on the machine is touched.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace

from tests.chaos.run import Plan, run, say

FULL = Plan()
SHORT = Plan(
    cases=320, kills=4, limit_s=240, kinds=("web worker", "worker", "redis", "postgres"), hurried=True
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few hundred cases and four kills")
    parser.add_argument("--cases", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--minutes", type=float, help="the longest that it may take")
    parser.add_argument("--lossy", choices=("outbox", "retry"), default="", help="break something on purpose")
    asked = parser.parse_args()
    plan = SHORT if asked.short else FULL
    given = {
        name: getattr(asked, name) for name in ("cases", "kills", "seed") if getattr(asked, name) is not None
    }
    if asked.minutes is not None:
        given["limit_s"] = asked.minutes * 60
    began = time.monotonic()
    verdict = run(replace(plan, **given, lossy=asked.lossy))
    say("")
    for name, count in verdict.counts.items():
        say(f"  {count:8} {name}")
    for fault in verdict.faults:
        say(f"  WRONG: {fault}")
    say(f"{'NOTHING LOST' if not verdict.faults else 'LOST'} after {time.monotonic() - began:.0f} s")
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
