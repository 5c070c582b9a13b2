"""Our small modules as one classic script, for a page that may load nothing: each in a function of its own.

Before: `static/js/map`. After: `webmap.maps.sheet`. It understands how our modules are written (imports by name from
beside, declarations that begin with `export`, `export { a } from`), and refuses anything else; names never meet,
because each module keeps its own.
"""

from __future__ import annotations

import re
from pathlib import Path

from gis.errors import WanggeError

_IMPORT = re.compile(r'^import \{ ([^}]+) \} from "\./([\w-]+\.js)";$', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{ ([^}]+) \} from "\./([\w-]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
_STRANGE = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


class BundleError(WanggeError):
    """A module is written in a way that `bundle` does not understand: a defect of ours."""

    code = "bundle"


def bundle(entry: Path, name: str) -> str:
    """Give a script that puts what a module exports into one constant.

    Parameters
    ----------
    entry : Path
        The module; what it imports lies beside it.
    name : str
        The name of the constant.

    Raises
    ------
    BundleError
        A module imports or exports in another way, or modules import each other in a circle.
    """
    order: list[str] = []
    _walk(entry.parent, entry.name, order, ())
    parts = [
        f'modules["{module}"] = (() => {{\n{_wrapped(entry.parent / module)}\n}})();' for module in order
    ]
    return "\n".join(["const modules = {};", *parts, f'const {name} = modules["{entry.name}"];'])


def _walk(folder: Path, module: str, order: list[str], above: tuple[str, ...]) -> None:
    if module in above:
        raise BundleError(f"{module} imports itself by way of {' and '.join(above)}")
    if module in order:
        return
    text = (folder / module).read_text(encoding="utf-8")
    for _, needed in [*_IMPORT.findall(text), *_PASSED_ON.findall(text)]:
        _walk(folder, needed, order, (*above, module))
    order.append(module)


def _wrapped(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    given = [found[1] for found in _EXPORT.findall(text)]
    given += [one for names, _ in _PASSED_ON.findall(text) for one in names.split(", ")]
    text = _IMPORT.sub(r'const { \1 } = modules["\2"];', text)
    text = _PASSED_ON.sub(r'const { \1 } = modules["\2"];', text)
    text = _EXPORT.sub(r"\1", text)
    strange = _STRANGE.search(text)
    if strange is not None:
        raise BundleError(f"{path.name} has a line that cannot be put into one file: {strange[0][:80]}")
    return f"{text}\nreturn {{ {', '.join(given)} }};"
