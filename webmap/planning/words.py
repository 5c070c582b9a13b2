"""What the planner's screens say about breaches, rules and states, in the reader's language.

Before: `boundaries.rules`, `boundaries.checks`. After: the JSON of the editor, the templates.
"""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from gis.boundaries.checks import Checked, Fault
from gis.boundaries.rules import Breach

POINTED = {"in-pieces", "barrier-between", "two-communities", "nobody"}
"""Breaches that are about some units of a grid; the others are about the whole of it."""


def _percent(share: float) -> str:
    return f"{abs(share):.1%}"


SAYS: dict[str, Callable[[Breach], str]] = {
    "nobody": lambda b: _("有 %(size)s 公顷没有划入任何网格", size=f"{b.size / 1e4:.2f}"),
    "empty": lambda _b: _("没有地面"),
    "two-communities": lambda b: _("跨了 %(count)s 个社区，一个网格只能在一个社区里", count=round(b.size)),
    "compound-shared": lambda b: _("同一个小区分在 %(count)s 个网格里", count=round(b.size)),
    "line-off-barriers": lambda b: _(
        "只有 %(share)s 的界线沿河、铁路或快速路，应到 %(limit)s",
        share=_percent(b.size),
        limit=_percent(b.limit),
    ),
    "too-few-households": lambda b: _(
        "%(count)s 户，少于 %(limit)s 户", count=round(b.size), limit=round(b.limit)
    ),
    "too-many-households": lambda b: _(
        "%(count)s 户，多于 %(limit)s 户", count=round(b.size), limit=round(b.limit)
    ),
    "too-heavy": lambda b: _(
        "工作量比平均多 %(share)s，允许 %(limit)s", share=_percent(b.size), limit=_percent(b.limit)
    ),
    "too-light": lambda b: _(
        "工作量比平均少 %(share)s，允许 %(limit)s", share=_percent(b.size), limit=_percent(b.limit)
    ),
    "too-far-to-walk": lambda b: _(
        "走一遍要 %(minutes)s 分钟，最多 %(limit)s 分钟", minutes=round(b.size), limit=round(b.limit)
    ),
    "not-compact": lambda b: _(
        "太狭长：紧凑度 %(size)s，至少要 %(limit)s", size=f"{b.size:.2f}", limit=f"{b.limit:.2f}"
    ),
    "hardly-compact": lambda b: _(
        "有些狭长：紧凑度 %(size)s，最好到 %(limit)s", size=f"{b.size:.2f}", limit=f"{b.limit:.2f}"
    ),
    "barrier-between": lambda b: _(
        "被河、铁路或快速路隔成 %(count)s 块，中间没有桥或路口", count=round(b.size)
    ),
    "in-pieces": lambda b: _("分成了互不相连的 %(count)s 块", count=round(b.size)),
}
"""For each kind of breach its sentence: what, and by how much."""


def breach(fault: Fault) -> str:
    """Say a breach."""
    return SAYS[fault.breach.what](fault.breach)


def blocked(found: Checked) -> str:
    """Say why a draft cannot be submitted as it stands, or nothing when it can."""
    if found.hard:
        return str(_("还不能提交：有 %(count)s 处必须先改正。", count=len(found.hard)))
    if not found.moved_units:
        return str(_("还不能提交：与现状相同。"))
    return ""
