"""The languages of the pages: msgids are Chinese, `translations/*/LC_MESSAGES/messages.po` say them in others.

Before: the templates and views with `_()`. After: Flask-Babel. A .po file is compiled in memory when its language is
first asked for, so there is no second file that could be stale.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale

FOLDER = Path(__file__).parent / "translations"
SOURCE_LANGUAGE = "zh"


def compiled(language: str, folder: Path = FOLDER) -> NullTranslations:
    """Compile a language's .po file; nothing to say for a language without one (the source language)."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    out = io.BytesIO()
    write_mo(out, catalog)
    out.seek(0)
    return Translations(out)


class SourceDomain(Domain):  # type: ignore[misc]  # flask_babel carries no types
    """Flask-Babel's domain, but read from the .po files themselves."""

    def get_translations(self) -> Any:
        """Give the words of the request's language, compiled once a process."""
        language = (get_locale() and get_locale().language) or SOURCE_LANGUAGE
        if language not in self.cache:
            self.cache[language] = compiled(language)
        return self.cache[language]


class SourceBabel(Babel):  # type: ignore[misc]
    """Flask-Babel that asks `SourceDomain`; one domain an app, so that nothing is compiled twice."""

    _domain = SourceDomain()

    @property
    def domain_instance(self) -> SourceDomain:
        """Give the app's words."""
        return self._domain
