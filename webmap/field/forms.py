"""The forms of the moves: one table of what each button is called, what it asks for, and what is said when it is done.

Before: `cases.states`. After: `parts/moves.html` draws them in this order; `field.given` reads what they ask for.
"""

from __future__ import annotations

from dataclasses import dataclass

Words = tuple[str, str]
"""In Chinese and in English."""


@dataclass(frozen=True)
class Form:
    """The form of one move.

    `button` is its verb; `ask` the question that its reason answers, `optional` when it may stay empty;
    `fields` name what it asks beside it; `main` ones stand open, the others behind their button's name; `apart` ones
    have a place of their own on the page.
    """

    move: str
    button: Words
    done: Words
    ask: Words | None = None
    hint: Words | None = None
    fields: tuple[str, ...] = ()
    optional: bool = False
    main: bool = False
    grave: bool = False
    apart: bool = False
    path: str = ""
    opener: Words | None = None


PUBLIC: Words = (
    "居民能看到这句话，请不要写他人的姓名、电话。",
    "The resident reads this; write no names or telephone numbers of others.",
)
WHY: Words = ("理由", "Reason")

_FORMS = (
    Form("accept", ("接单", "Accept"), ("已接单。", "Accepted."), main=True),
    Form(
        "confirm",
        ("核实无误，立案", "It is a case"),
        ("已核实立案。", "Looked at and taken on."),
        ask=("现场看到了什么？", "What did you see?"),
        optional=True,
        main=True,
    ),
    Form(
        "act",
        ("办结", "Done"),
        ("已办结，等另一位同志核查。", "Done; somebody else will check it."),
        ask=("怎样处理的？", "What was done?"),
        hint=PUBLIC,
        fields=("photo", "explained"),
        main=True,
    ),
    Form(
        "check_pass",
        ("核查通过", "Passed"),
        ("核查通过，案件已结。", "Checked; the case is closed."),
        main=True,
        path="check/pass",
    ),
    Form(
        "approve_extension",
        ("批准延期", "Grant more time"),
        ("延期已批准。", "More time was granted."),
        main=True,
    ),
    Form(
        "endorse_extension",
        ("同意延期", "Second it"),
        ("已同意，等指挥员批准。", "Seconded; a commander has the last word."),
        main=True,
    ),
    Form("resume", ("恢复办理", "Go on"), ("已恢复办理。", "It goes on."), main=True),
    Form(
        "call_back",
        ("记下回访", "Keep the call-back"),
        ("回访已记下。", "The call-back was kept."),
        ask=("居民怎么说？", "What did the resident say?"),
        fields=("reached", "resolved", "satisfaction"),
        optional=True,
        main=True,
    ),
    Form(
        "correct",
        ("记下整改", "Keep the correction"),
        ("整改已记下。", "The correction was kept."),
        ask=("怎样整改的？", "What was put right?"),
        hint=PUBLIC,
        main=True,
    ),
    Form(
        "reply",
        ("答复居民", "Reply"),
        ("已答复居民。", "The resident was replied to."),
        ask=("给居民的答复", "Reply to the resident"),
        hint=PUBLIC,
        main=True,
    ),
    Form(
        "settle",
        ("差评已处理", "Settle the bad mark"),
        ("差评已了结。", "The bad mark is settled."),
        main=True,
    ),
    Form(
        "uphold_appeal",
        ("申诉成立", "Uphold"),
        ("申诉成立，不记逾期。", "The appeal was upheld; the lateness does not count."),
        ask=WHY,
        opener=("裁定：成立", "Judge: uphold"),
    ),
    Form(
        "reject_appeal",
        ("申诉不成立", "Reject"),
        ("申诉不成立。", "The appeal was rejected."),
        ask=WHY,
        opener=("裁定：不成立", "Judge: reject"),
    ),
    Form(
        "deny_extension",
        ("不同意延期", "Refuse more time"),
        ("延期未获同意。", "More time was refused."),
        ask=WHY,
    ),
    Form(
        "check_fail",
        ("退给办理人", "Back to whoever acted"),
        ("已退给办理人继续办理。", "It went back to whoever acted."),
        ask=("哪里没有办好？", "What is not done?"),
        path="check/fail",
        opener=("没有办好", "Not done"),
    ),
    Form(
        "note",
        ("记下", "Keep"),
        ("已记下。", "Kept."),
        ask=("记录", "Note"),
        fields=("photo",),
        optional=True,
        opener=("记录、照片", "Note, picture"),
    ),
    Form(
        "recategorise",
        ("改类别", "Change it"),
        ("类别已改；在走的时限不变。", "The category was changed; running deadlines stay."),
        ask=WHY,
        fields=("category",),
        optional=True,
        apart=True,
    ),
    Form(
        "ask_pre_check",
        ("派人核实", "Send somebody to look"),
        ("已派人核实。", "Somebody was sent to look."),
        ask=("要核实什么？", "What is to be looked at?"),
        fields=("whom",),
        opener=("先核实再立案", "Look before taking it on"),
    ),
    Form(
        "reassign",
        ("改派", "Give"),
        ("已改派。", "Given to somebody else."),
        ask=WHY,
        fields=("whom",),
        path="assign",
        opener=("改派", "Give to somebody else"),
    ),
    Form(
        "ask_extension",
        ("申请延期", "Ask for more time"),
        ("已申请延期，等批复。", "More time was asked for."),
        ask=("为什么需要延期？", "Why is more time needed?"),
        fields=("limit",),
    ),
    Form(
        "pause",
        ("挂账", "Put on hold"),
        ("已挂账，到期自动恢复。", "On hold; it goes on by itself on that day."),
        ask=("补充说明", "More about it"),
        fields=("cause", "until"),
        optional=True,
    ),
    Form(
        "split",
        ("交出联办件", "Give out this part"),
        ("联办件已交出。", "The part was given out."),
        ask=("请他们做什么？", "What are they to do?"),
        fields=("whom_or_agency",),
        opener=("联办", "Share with others"),
    ),
    Form(
        "transfer",
        ("转交", "Hand over"),
        ("已转交责任单位。", "Handed to the agency."),
        ask=("为什么转交？", "Why is it handed over?"),
        fields=("agency",),
        opener=("转交责任单位", "Hand to an agency"),
    ),
    Form(
        "take_back",
        ("收回", "Take back"),
        ("已收回。", "Taken back."),
        ask=("为什么收回？", "Why is it taken back?"),
    ),
    Form(
        "refuse",
        ("退回", "Refuse"),
        ("已退回，等待重新安排。", "Refused; it waits to be arranged anew."),
        ask=("为什么退回？", "Why is it refused?"),
        fields=("toward",),
    ),
    Form(
        "appeal",
        ("申诉", "Appeal"),
        ("已提交申诉，由指挥员裁定。", "The appeal waits for a commander."),
        ask=("为什么不应记逾期？", "Why should the lateness not count?"),
        opener=("对逾期申诉", "Appeal the lateness"),
    ),
    Form(
        "deny",
        ("核实后不立案", "It is no case"),
        ("核实后没有立案。", "Looked at; not taken on."),
        ask=("为什么不立案？", "Why is it not taken on?"),
        hint=PUBLIC,
        grave=True,
    ),
    Form(
        "void",
        ("作废", "Make void"),
        ("已作废。", "Made void."),
        ask=("为什么不立案？", "Why is it not taken on?"),
        hint=("居民能看到这句话。作废后不能恢复。", "The resident reads this. It cannot be undone."),
        grave=True,
        path="void",
    ),
)
FORMS: dict[str, Form] = {form.move: form for form in _FORMS}
"""Every form, in the order in which a page shows them."""

ELSEWHERE = frozenset({"place", "file", "merge", "unmerge", "withdraw"})
"""Moves of people that have pages of their own."""
