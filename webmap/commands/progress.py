"""A progress bar for long loads: which step, how far; silent where nobody looks.

Before: a command that takes long. After: the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gis.loading.kind import Say

WORDS = {
    "read": "读取文件 reading",
    "check": "逐行检查 checking rows",
    "copy": "写入 writing",
    "homes": "楼栋与户归入网格 finding homes",
    "names": "更新地名 making names",
    "index": "编制地名索引 indexing names",
    "cases": "案件 cases",
    "town": "生成样例街道 making the sample town",
}


@contextmanager
def progress(prefix: str = "") -> Iterator[Say]:
    """Give the function to be told of progress; the bar stands on standard error and goes at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(prefix or "…", total=None)

        def say(what: str, done: int, total: int) -> None:
            words = f"{prefix} {WORDS.get(what, what)}".strip()
            bar.update(task, description=words, completed=done, total=total or None)

        yield say
