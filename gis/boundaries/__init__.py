"""The redraw: units of ground, plans over them, what breaks which rule, what the machine proposes, and adoption.

A plan's walk, and the functions for it (each takes a session, none commits; `By(account_id, now)` says who and when):

- `ground.make_ground(session, area_ids, at, now)`: cut communities into stored units (slow for large ones: a task);
  `counting.count(session, units, now)` counts anew what lies in them.
- `queries.plans_in / plan_in(session, area_ids, plan_id, lock=, revision=)`, `log_of`, `next_edit`.
- `plans.create(session, unit_set_id, name, by)`, `copy(session, plan, name, by)`.
- `plans.edit(session, plan, kind, given, by)` with a kind of `plans.KINDS` (`paint line split_line split merge swap
  lock name staff lay`; `given` holds `units` (numbers from 0), `part`, `other` (keys), `line`, `parts`, `members`, …);
  `plans.undo / redo(session, plan)`; `plans.set_scales(plan, weights=, limits=)`.
- `queries.terrain_of(session, unit_set_id)`: shapes, counts, today's parts; `queries.layout_of(session, plan)`: which
  part each unit is in; `plans.checked(session, plan)`: the table's rows against today, and the breaches with places.
- `plans.submit(session, plan, by, effective_at)`, `send_back`, `review`, `approve`, `call_off`.
- `adopt.adopt(session, plan_id, now)` (the worker does it on the day, `tasks.planning`), `adopt.sweep`;
  `reverse.reverse(session, plan, by)` makes the plan that restores the lines, which is approved like any other.
- `handover.sheets_of(session, member_id=, organisation_id=, plan_ids=)`, `sheet_of`, `lines_of`, `sign`.
- `card_due.due_cards(session, grid_ids, now)`, `put_up`: the new grid cards, ticked off where they hang.
- `impact.impact(session, plan, now)`: what changes hands, by giver and taker, per grid, the roster, the ground,
  `.sentence` for the button; `impact.details(session, plan, kind, now)`: the rows, all or by page; both take
  `found=impact.moving(session, plan, now)` so that it is worked out once.
- `compare.compare(terrain, layout, other)` for two drafts, `between(session, area_ids, first, last)` for two dates;
  `switch.lines_at(session, area_ids, at)`: the lines of any date.
- `exchange.write_plan(path, terrain, layout)`, `read_plan(path, terrain)` whose answer goes into the edit `lay`
  (`plans.edit(session, plan, "lay", vars(told), by)`); a proposal goes in the same way.
"""
