"""The parts of the board together: page, giving out, live lines, wall, day.

Before: each part's own module. After: `webmap.app`.
"""

from __future__ import annotations

from webmap.command.board import blueprint as board
from webmap.command.board_assign import blueprint as assign
from webmap.command.board_day import blueprint as day
from webmap.command.board_events import blueprint as events
from webmap.command.board_wall import blueprint as wall

blueprints = (board, assign, day, events, wall)
