"""What stands before many views: the guard against forged forms, and the limits of requests.

Before: nothing. After: `webmap.app` ties them to the app; views name their limits.
"""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, strategy="fixed-window")
