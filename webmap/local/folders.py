"""Where things lie on this machine: one hidden folder in the checkout, and a home for each set of servers.

Before: nothing. After: every other file of `webmap.local` asks here for its folder.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gis.errors import WanggeError
from webmap.local.account import Account

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".wangge"
LOGS = STATE / "log"
SYSTEM = STATE / "system"
PURPOSES = ("demo", "test", "bench", "chaos")

# A socket's path must fit into 107 bytes; PostgreSQL appends `/.s.PGSQL.5432.lock` to the folder's.
LONGEST_SOCKET_FOLDER = 85


class LocalError(WanggeError):
    """The machine lacks something, or something on it stands in the way."""

    code = "local-machine"


def servers_home(purpose: str, account: Account, state: Path = STATE) -> Path:
    """Give the private folder of one set of servers, made if need be and owned by who runs them.

    Parameters
    ----------
    purpose : str
        One of `PURPOSES`; each has its own servers and data.
    account : Account
        Who runs the servers.
    state : Path
        The checkout's hidden folder.

    Returns
    -------
    Path
        A folder of mode 0700: `<state>/<purpose>`, or one under `/var/tmp` when the first is too deep for
        a socket or lies below a folder that the account may not pass. The second kind is remembered.

    Raises
    ------
    LocalError
        When a remembered folder is gone or belongs to somebody else.
    """
    state.mkdir(parents=True, exist_ok=True)
    note = state / f"{purpose}.elsewhere"
    if note.is_file():
        return _remembered(note, account)
    home = state / purpose
    if not _usable(home, account):
        home = Path(tempfile.mkdtemp(prefix=f"wangge-{purpose}-", dir="/var/tmp"))
        note.write_text(f"{home}\n", encoding="utf-8")
    home.mkdir(exist_ok=True)
    account.own(home)
    home.chmod(0o700)
    return home


def existing_home(purpose: str, state: Path = STATE) -> Path | None:
    """Give the folder of one set of servers if it was ever made, else None; makes nothing."""
    note = state / f"{purpose}.elsewhere"
    home = Path(note.read_text(encoding="utf-8").strip()) if note.is_file() else state / purpose
    return home if home.is_dir() else None


def _remembered(note: Path, account: Account) -> Path:
    home = Path(note.read_text(encoding="utf-8").strip())
    if home.is_symlink() or not home.is_dir() or home.stat().st_uid != account.uid:
        raise LocalError(
            f"the servers' folder {home}, remembered in {note}, is gone or is not {account.name}'s; "
            f"delete {note} to begin with an empty one",
        )
    return home


def _usable(home: Path, account: Account) -> bool:
    return len(os.fsencode(home / "run")) <= LONGEST_SOCKET_FOLDER and account.can_pass(home.parent)
