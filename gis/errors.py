"""The faults Wangge can name: one class a kind, each with a sentence for the user and a stable code.

Before: nothing. After: every room raises these; `webmap.errors` maps them to HTTP, the command line to
exit codes. A message says what is wrong, where, and what to do; it never carries personal data.
"""

from __future__ import annotations

from typing import Any


class WanggeError(Exception):
    """Base of all named faults.

    Parameters
    ----------
    message : str
        One sentence for the user.
    **details
        Machine-readable parts of the fault (row, column, limit …), shown beside the sentence.
    """

    code = "error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InputError(WanggeError):
    """What came in cannot be used: a missing column, an unknown code, a broken file."""

    code = "bad-input"


class NotFoundError(WanggeError):
    """The thing asked for does not exist, or not for this person."""

    code = "not-found"


class ForbiddenError(WanggeError):
    """The person may not do this."""

    code = "forbidden"


class SignInError(WanggeError):
    """Name, password or session do not fit."""

    code = "sign-in"


class ConflictError(WanggeError):
    """Somebody else changed the thing meanwhile, or it exists already."""

    code = "conflict"


class MoveRefusedError(ConflictError):
    """A case cannot make this move from the state it is in."""

    code = "move-refused"


class TooLargeError(InputError):
    """A file or text is larger than allowed."""

    code = "too-large"


class TooManyError(WanggeError):
    """Too many requests in a short time."""

    code = "too-many"


class BusyError(WanggeError):
    """There is no room for one more just now; something else serves meanwhile."""

    code = "busy"


class SettingsError(WanggeError):
    """A setting is missing or cannot be used."""

    code = "settings"


class PrintingError(WanggeError):
    """The machine lacks what prints a page."""

    code = "printing"
