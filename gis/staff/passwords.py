"""Passwords: what a good one is, a random one to begin with, and how they are kept (argon2id).

Before: nothing. After: `staff.accounts`.
"""

from __future__ import annotations

import secrets
import string
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gis.errors import InputError

SHORTEST = 10
LONGEST = 200
CLASSES_NEEDED = 3
PLAIN_LETTERS = "abcdefghijkmnpqrstuvwxyz"
CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
FIGURES = "23456789"
"""Letters and figures that nobody mistakes for one another when they copy them from a screen."""
GROUPS = 4
GROUP_LENGTH = 4

_hasher = PasswordHasher()


def check_strength(password: str, name: str) -> None:
    """Refuse a weak password.

    Raises
    ------
    InputError
        Shorter than 10 characters, fewer than 3 of the 4 kinds of characters, or the account's name inside.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputError(
            f"密码至少 {SHORTEST} 位。 A password has at least {SHORTEST} characters.", field="password"
        )
    if kinds_of(password) < CLASSES_NEEDED:
        raise InputError(
            "密码要含大写字母、小写字母、数字、符号中的三种。 "
            "Use three of: capital letters, small letters, figures, signs.",
            field="password",
        )
    if name and name.lower() in password.lower():
        raise InputError(
            "密码里不能有账号名。 The password must not hold the account's name.", field="password"
        )


def kinds_of(password: str) -> int:
    """Count which of the four kinds of characters occur; anything outside ASCII counts as a sign."""
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    found = sum(any(sign in kind for sign in password) for kind in kinds)
    return found + any(sign not in string.ascii_letters + string.digits for sign in password)


def random_password() -> str:
    """Make a password to begin with: four groups of four, easy to copy, about 90 bits."""
    signs = PLAIN_LETTERS + CAPITALS + FIGURES
    while True:
        groups = ("".join(secrets.choice(signs) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
        password = "-".join(groups)
        if all(any(sign in kind for sign in password) for kind in (PLAIN_LETTERS, CAPITALS, FIGURES)):
            return password


def hashed(password: str) -> str:
    """Hash a password for keeping (argon2id, the library's current parameters)."""
    return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Say whether a password is the one kept; takes as long when there is none to compare with."""
    try:
        return _hasher.verify(kept or _nobodys(), password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """Give the hash of a password that nobody has, so that an unknown name costs the same work."""
    return hashed(secrets.token_urlsafe(24))
