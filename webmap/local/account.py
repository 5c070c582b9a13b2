"""Who runs the servers: the caller, or, when root calls, an account with no rights of its own.

Before: nothing. After: `folders`, `postgres` and `redis` start their programs as this account.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Account:
    """A user of this machine, and whether a program must be handed over to it."""

    name: str
    uid: int
    gid: int
    handed_over: bool

    def popen_options(self) -> dict[str, Any]:
        """Give the keyword arguments with which `subprocess` starts a program as this account."""
        if not self.handed_over:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_pass(self, folder: Path) -> bool:
        """Say whether the account can walk down to the folder, by letting it try."""
        done = subprocess.run(["test", "-x", str(folder)], check=False, cwd="/", **self.popen_options())
        return done.returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.handed_over:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account:
    """Choose who runs the servers: `postgres`, else `nobody`, when called by root; else the caller."""
    if os.geteuid() != 0:
        return Account(_own_name(), os.geteuid(), os.getegid(), handed_over=False)
    known = {user.pw_name: user for user in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    return Account(user.pw_name, user.pw_uid, user.pw_gid, handed_over=True)


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
