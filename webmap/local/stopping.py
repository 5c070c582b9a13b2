"""Turn every way of being told to stop into one: Ctrl-C, `kill`, a closed terminal.

Before: nothing. After: `demo`, `checks` and `servers run` clean up in their `finally`, undisturbed.
"""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def listen() -> None:
    """From now on each of the signals raises `KeyboardInterrupt` once; repeated ones do not break the stopping.

    A hang-up that is ignored already, as under `nohup`, stays ignored.
    """
    for sign in SIGNALS:
        if sign != signal.SIGHUP or signal.getsignal(sign) != signal.SIG_IGN:
            signal.signal(sign, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
    raise KeyboardInterrupt
