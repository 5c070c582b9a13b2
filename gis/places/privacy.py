"""Personal data at rest: sealed with a key from the environment, masked on the way to a screen, and logged when read.

Before: `settings`. After: intake seals telephones, `staff` seals members' numbers; pages show what `mask` leaves.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gis.errors import SettingsError
from gis.settings import settings

VERSION = b"\x01"
NONCE_BYTES = 12


@lru_cache(maxsize=4)
def _cipher(data_key: str) -> AESGCM:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wangge personal data v1")
    return AESGCM(key.derive(data_key.encode()))


def seal(text: str) -> bytes:
    """Encrypt one personal value (AES-256-GCM under WANGGE_DATA_KEY); the same text never seals alike twice."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + _cipher(settings().data_key).encrypt(nonce, text.encode(), VERSION)


def unseal(sealed: bytes) -> str:
    """Decrypt one value that `seal` made.

    Raises
    ------
    SettingsError
        When WANGGE_DATA_KEY is not the key it was sealed with, or the bytes were changed.
    """
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _cipher(settings().data_key).decrypt(nonce, body, VERSION).decode()
    except InvalidTag as fault:
        raise SettingsError(
            "A sealed telephone number cannot be opened: WANGGE_DATA_KEY is not the key it was sealed with.",
            setting="WANGGE_DATA_KEY",
        ) from fault
