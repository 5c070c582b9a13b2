"""Random moves by random people: never no owner, never two, never a history that does not replay, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from gis.cases import clocks, evaluate, joint, journey, moves, pauses, queries
from gis.cases.actor import Actor
from gis.cases.assign import reassign
from gis.cases.causes import CAUSES
from gis.cases.guards import Facts, theirs
from gis.cases.models import Case, Report
from gis.cases.place import place_by_hand
from gis.cases.stand import Stand, retrace
from gis.cases.states import MOVES, State, possible
from gis.errors import MoveRefusedError, WanggeError
from gis.settings import Settings
from tests import make

OWNED = frozenset(
    {State.PRE_CHECK, State.ASSIGNED, State.ACCEPTED, State.PAUSED, State.TRANSFERRED, State.ACTED}
)
MOST_CASES = 6


class Life(RuleBasedStateMachine):
    """A town, a few people, a few cases; every rule is one attempt at a move."""

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        self.now = make.NOW
        self.town = make.Town(self.session)
        make.case_type(self.session, "C0999")
        self.people = [self._actor(*one) for one in self._staff()]
        self.cases: list[Case] = []
        self.begun: dict[int, Any] = {}
        self._report("A", True)

    def _staff(self) -> list[tuple[str, dict[str, Any]]]:
        members = self.town.members
        return [
            ("grid_member", {"member_id": members["A"].id}),
            ("grid_member", {"member_id": members["B"].id}),
            ("branch", {"organisation_id": self.town.branches["A"].id}),
            ("commander", {"area_id": self.town.subdistrict.id}),
            ("commander", {"area_id": self.town.subdistrict.id}),
            ("agency", {"agency": "样例单位"}),
        ]

    def _actor(self, role: str, more: dict[str, Any]) -> Actor:
        return Actor(role, make.account(self.session, role, **more).id, more.get("member_id"))

    def _report(self, letter: str, placed: bool) -> None:
        pin = self.town.inside(letter) if placed else (100.0, 30.0)
        received = journey.report(self.session, make.new_report(pin=pin), self.now)
        self.cases.append(self.session.get_one(Case, received.row.case.id))

    @rule(letter=st.sampled_from("AB"), placed=st.booleans())
    def report(self, letter: str, placed: bool) -> None:
        if len(self.cases) < MOST_CASES:
            self._report(letter, placed)

    @rule(minutes=st.integers(0, 5 * 24 * 60))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for case_id in pauses.ended(self.session, self.now, MOST_CASES):
            pauses.resume(self.session, case_id, self.now)
            self.session.flush()

    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Try a move that the state offers - or any other; what is refused has changed nothing."""
        case = data.draw(st.sampled_from(self.cases))
        offered = sorted({one.name for one in MOVES.values() if State(case.state) in one.sources})
        name = data.draw(st.sampled_from(offered) if offered else st.sampled_from(sorted(MOVES)))
        if data.draw(st.integers(0, 19)) == 0:
            name = data.draw(st.sampled_from(sorted(MOVES)))
        if name in {"assign", "locate", "queue", "file", "child_done", "escalate"}:
            return  # the program's own, made by its own steps
        actor = data.draw(st.sampled_from(self.people))
        detail = self._detail(data, name, case)
        before, count = Stand.of(case), len(queries.history(self.session, case.id))
        step = self.session.begin_nested()
        try:
            self._make(name, case, actor, detail)
            self.session.flush()
            step.commit()
        except WanggeError:
            step.rollback()
            for one in self.cases:
                self.session.refresh(one)
            assert Stand.of(case) == before
            assert len(queries.history(self.session, case.id)) == count
        else:
            assert case.revision > before.revision

    def _make(self, name: str, case: Case, actor: Actor, detail: dict[str, Any]) -> None:
        other: Callable[[], object] | None = {
            "place": lambda: self._place(case, actor, detail),
            "reassign": lambda: self._reassign(case, actor, detail),
            "split": lambda: self._split(case, actor, detail),
            "rate": lambda: evaluate.rate(self.session, self._token(case), detail["said"], self.now),
            "call_back": lambda: evaluate.call_back(self.session, case, actor, detail["said"], self.now),
            "reopen": lambda: evaluate.reopen(self.session, self._token(case), "还没好", self.now),
            "complain": lambda: evaluate.reopen(self.session, self._token(case), "还没好", self.now),
        }.get(name)
        if other is not None:
            other()
        else:
            moves.make(self.session, case, name, actor, self.now, reason="样例理由", detail=detail)

    def _token(self, case: Case) -> str:
        query = select(Report.tracking_token).where(Report.case_id == case.id)
        return self.session.scalars(query).first() or "-"

    def _place(self, case: Case, actor: Actor, detail: dict[str, Any]) -> None:
        lon, lat = self.town.inside(detail["letter"])
        place_by_hand(self.session, case, actor, self.now, lon=lon, lat=lat, label="样例路口")

    def _reassign(self, case: Case, actor: Actor, detail: dict[str, Any]) -> None:
        letter = detail["letter"]
        reassign(
            self.session,
            case,
            actor,
            self.now,
            organisation_id=self.town.branches[letter].id,
            member_id=self.town.members[letter].id if detail["member"] else None,
            reason="离得近",
        )

    def _split(self, case: Case, actor: Actor, detail: dict[str, Any]) -> None:
        if len(self.cases) >= MOST_CASES:
            raise MoveRefusedError("enough")
        letter = detail["letter"]
        whom = (
            joint.Whom(agency="样例单位") if detail["member"] else joint.Whom(self.town.branches[letter].id)
        )
        part = joint.split(self.session, case, actor, self.now, words="请一起办理", whom=whom)
        self.session.flush()
        self.cases.append(part)

    def _detail(self, data: st.DataObject, name: str, case: Case) -> dict[str, Any]:
        ahead = self.now + timedelta(days=data.draw(st.integers(-1, 40), label="days"))
        given: dict[str, dict[str, Any]] = {
            "refuse": {"toward": "不清楚"},
            "ask_extension": {"limit": "2工作日"},
            "pause": {
                "cause": data.draw(st.sampled_from([*sorted(CAUSES), "lunch"])) if name == "pause" else "",
                "until": ahead.isoformat(),
            },
            "transfer": {"agency": "样例单位"},
            "recategorise": {
                "category": "C0999" if case.case_type_id == self.cases[0].case_type_id else "C0118"
            },
            "merge": {"into_id": self.cases[0].id},
        }
        if name in {"place", "reassign", "split"}:
            return {"letter": data.draw(st.sampled_from("AB")), "member": data.draw(st.booleans())}
        if name in {"rate", "call_back"}:
            resolved = data.draw(st.sampled_from(["yes", "partly", "no"]))
            reached = data.draw(st.booleans())
            return {"said": evaluate.Said(reached, resolved, data.draw(st.integers(0, 5)), "样例")}
        return given.get(name, {})

    @invariant()
    def every_case_has_one_owner(self) -> None:
        for case in self.cases:
            owner, state = Stand.of(case).owner, State(case.state)
            assert owner.somebody or state not in OWNED, (state, owner)
            assert not owner.somebody or state not in {State.QUEUED, State.REPORTED}
            assert owner.by_agency or state is not State.TRANSFERRED
            can_act = {actor.role for actor in self.people if self._may_act(case, actor)}
            assert not {"agency", "grid_member"} <= can_act

    def _may_act(self, case: Case, actor: Actor) -> bool:
        try:
            theirs(Facts(self.session, case, actor, self.now, {}))
        except MoveRefusedError:
            return False
        return actor.role in {"agency", "grid_member"}

    @invariant()
    def every_history_replays_to_what_stands(self) -> None:
        for case in self.cases:
            assert retrace(queries.history(self.session, case.id)) == Stand.of(case)

    @invariant()
    def no_clock_runs_twice_or_is_reset(self) -> None:
        for case in self.cases:
            own = clocks.of_case(self.session, case.id)
            running = [(one.stage, one.level) for one in own if one.running]
            assert len(running) == len(set(running)), running
            rounds = [(one.stage, one.level, one.round) for one in own]
            assert len(rounds) == len(set(rounds)), rounds
            for one in own:
                begun = (one.started_at, one.limit, one.original_due_at)
                assert self.begun.setdefault(one.id or 0, begun) == begun

    @invariant()
    def nothing_is_ended_over_an_open_part(self) -> None:
        ended = {case.id for case in self.cases if case.closed_at is not None or case.state == State.ACTED}
        assert not [case for case in self.cases if case.closed_at is None and case.parent_id in ended]

    @invariant()
    def a_case_is_opened_again_at_most_once(self) -> None:
        assert all(case.reopened <= 1 for case in self.cases)

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        assert all(possible(State(case.state)) or case.closed_at is not None for case in self.cases)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.outer.rollback()
            self.connection.close()


def test_no_sequence_of_moves_breaks_a_case(engine: Engine, test_settings: Settings) -> None:
    del test_settings
    machine = type("LifeHere", (Life,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],  # making a failure smaller costs minutes of database
            suppress_health_check=list(HealthCheck),
        ),
    )
