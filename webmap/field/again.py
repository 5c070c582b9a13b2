"""A refused form comes back on its case's page: the sentence beside the form, the words that were typed still in it.

Before: a button of the case page. After: `field.showing` draws the page; a program is told as everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

from werkzeug.datastructures import MultiDict

from gis.errors import ConflictError, InputError, MoveRefusedError, NotFoundError, WanggeError
from webmap.errors import status_of

REFUSALS = (InputError, ConflictError, NotFoundError)
"""What a person can mend on the page itself; a door that is closed stays a page of its own."""


@dataclass(frozen=True)
class Again:
    """Which form was refused, why, and what was typed into it."""

    form: str
    fault: WanggeError
    typed: MultiDict[str, str] = field(default_factory=MultiDict)

    @property
    def status(self) -> int:
        """Give the status of the answer: what the rules refuse is as unfit as what is missing."""
        if isinstance(self.fault, MoveRefusedError):
            return HTTPStatus.UNPROCESSABLE_ENTITY
        return status_of(self.fault)

    def said(self, form: str) -> MultiDict[str, str]:
        """Give what was typed into a form; nothing for the others."""
        return self.typed if form == self.form else MultiDict()
