"""The key under which a tablet keeps an account's data: made anew from the account each time, kept nowhere.

Before: `settings`. After: `webmap.field.day` gives it to a signed-in tablet. The same account gets the same key at
every sign-in, so what was queued before a browser died, or a battery, can still be opened and sent; another account
gets another key and cannot read it. Without WANGGE_DATA_KEY no key can be made.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gis.settings import settings

KEY_BYTES = 32
NAME_BYTES = 8


@dataclass(frozen=True)
class DeviceKey:
    """A name that says whose the data is without naming anybody, and the key to it (AES-256)."""

    owner: str
    key: bytes


def device_key(account_id: int) -> DeviceKey:
    """Make an account's key (HKDF-SHA256 of WANGGE_DATA_KEY)."""
    return DeviceKey(
        _made(f"wangge tablet owner v1 {account_id}", NAME_BYTES).hex(),
        _made(f"wangge tablet key v1 {account_id}", KEY_BYTES),
    )


def _made(what: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=what.encode()).derive(
        settings().data_key.encode()
    )
