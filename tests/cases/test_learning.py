"""Learning categories: better than chance on texts not seen, kept as plain numbers, proposed and never decided."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from gis.cases.learning import history, keeping, suggest
from gis.cases.learning.grams import grams
from gis.cases.learning.judge import judge, learn
from gis.cases.learning.linear import Model, fit
from gis.cases.learning.themes import shipped, spoken
from gis.cases.likeness_models import CategoryModel
from gis.cases.models import Case, CaseType
from gis.errors import ConflictError, InputError
from tests import make
from webmap.commands.learn import learn as command

MESSAGES = Path(__file__).parents[1] / "bench" / "messages.csv"


def _messages() -> tuple[list[str], list[str]]:
    with MESSAGES.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [row["text"] for row in rows], [row["label"] for row in rows]


@pytest.fixture(scope="module")
def half() -> Model:
    texts, labels = _messages()
    return fit(texts[::2], labels[::2])


def test_chinese_is_cut_into_signs_and_pairs_latin_into_words() -> None:
    assert grams("路灯坏，A1 lamp") == {"路": 1, "灯": 1, "坏": 1, "路灯": 1, "灯坏": 1} | dict.fromkeys(
        ["a", "0", "lamp", "a 0", "0 lamp"], 1
    )


def test_a_text_speaks_of_themes_and_of_none_when_it_is_empty() -> None:
    names = [one.name for one in shipped()]
    rows = spoken(shipped(), ["医院挂号太难，医生不在", ""])
    assert names[int(rows[0].argmax())] == "health"
    assert np.linalg.norm(rows[0]) == pytest.approx(1)
    assert not rows[1].any()


def test_texts_not_seen_get_their_label(half: Model) -> None:
    texts, labels = _messages()
    judged = judge(half, texts[1::2], labels[1::2])
    assert judged.texts == len(texts) // 2
    assert judged.accuracy > 0.85
    assert sum(one.texts for one in judged.classes) == judged.texts
    assert sum(one.right for one in judged.classes) == judged.right <= judged.among_three


def test_probabilities_are_true_to_what_they_say() -> None:
    texts, labels = _messages()
    learned = learn(texts[::2], labels[::2])
    sure = learned.model.probabilities(texts[1::2])
    assert sure.sum(axis=1) == pytest.approx(1)
    said = sure.max(axis=1).mean()
    right = judge(learned.model, texts[1::2], labels[1::2]).accuracy
    assert abs(said - right) < 0.12


def test_the_same_texts_give_the_same_model() -> None:
    texts, labels = _messages()
    one, other = (fit(texts[:60], labels[:60]) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)


def test_what_is_known_beforehand_is_left_out_where_it_hurts() -> None:
    # labels that have nothing to do with themes: whether the lamp stands left or right
    texts = [f"{side}边第{number}盏路灯坏了，医院学校门口都一样" for number in range(30) for side in "左右"]
    learned = learn(texts, ["医疗" if text[0] == "左" else "交通" for text in texts])
    assert learned.judged.accuracy > 0.9


def test_two_labels_are_enough_and_one_is_not() -> None:
    assert (
        learn(["路灯坏了"] * 3 + ["垃圾没清"] * 3, ["a"] * 3 + ["b"] * 3).model.propose("路灯")[0].label
        == "a"
    )
    with pytest.raises(InputError, match="two categories"):
        learn(["路灯坏了", "垃圾"], ["a", "b"])


def test_a_model_is_read_back_as_it_was_written(half: Model) -> None:
    body = keeping.as_bytes(half, {"texts": 91})
    read, told = keeping.from_bytes(body)
    assert told == {"texts": 91}
    assert read.propose("公交车半天不来一趟") == half.propose("公交车半天不来一趟")


def test_what_is_no_model_is_refused(half: Model) -> None:
    broken = io.BytesIO()
    np.savez(broken, words=np.array([{"form": 1}], dtype=object), weights=np.zeros(1))
    for body in (b"", b"PK", b"no zip at all", keeping.as_bytes(half)[:-200], broken.getvalue()):
        with pytest.raises(InputError, match="no category model"):
            keeping.from_bytes(body)


def test_a_proposal_names_the_words_that_spoke_for_it(half: Model) -> None:
    best = half.propose("幼儿园老师要求家长交补课费")[0]
    assert best.label == "教育文体"
    assert best.words
    assert all(word in "幼儿园老师要求家长交补课费" for word in best.words)


def _closed(session: Session, case_type: CaseType, texts: list[str]) -> None:
    for number, words in enumerate(texts):
        session.add(
            Case(
                number=f"{case_type.code}{number:06d}",
                case_type_id=case_type.id,
                text=words,
                state="closed",
                reported_at=make.NOW,
                moved_at=make.NOW,
                closed_at=make.NOW,
            )
        )
    session.flush()


@pytest.fixture
def past(session: Session) -> None:
    lamp = make.case_type(session)
    rubbish = make.case_type(session, "E0102", name="暴露垃圾", keywords=["垃圾"], kind="event")
    other = make.case_type(session, "L0999", name="其他诉求", keywords=[], kind="livelihood")
    _closed(session, lamp, [f"{n}号楼前面黑漆漆的，灯泡闪了几下就灭了" for n in range(8)])
    _closed(session, rubbish, [f"{n}号楼后面一大堆脏东西没人扫，臭得很" for n in range(8)])
    _closed(session, other, ["想问一件事"] * 4)


@pytest.mark.usefixtures("past")
def test_a_town_learns_from_its_closed_cases_and_proposes(session: Session) -> None:
    learned = history.learn_town(session, make.NOW)
    assert set(learned.model.labels) == {"C0118", "E0102"}
    row = session.query(CategoryModel).one()
    assert (row.texts, row.labels, row.accuracy) == (16, 2, learned.judged.accuracy)
    assert row.judged["classes"]
    proposed = suggest.suggest(session, "楼道口黑漆漆的，灯灭了", make.NOW)
    assert proposed[0].code == "C0118"
    assert proposed[0].probability is not None
    assert 0.5 < proposed[0].probability <= 1


@pytest.mark.usefixtures("past")
def test_without_history_keywords_propose(session: Session) -> None:
    proposed = suggest.suggest(session, "门口的垃圾没有人管", make.NOW)
    assert [(one.code, one.probability, one.words) for one in proposed] == [("E0102", None, ("垃圾",))]
    assert suggest.suggest(session, "灯", make.NOW) == []


@pytest.mark.usefixtures("past")
def test_a_model_whose_bytes_changed_is_not_used(session: Session) -> None:
    history.learn_town(session, make.NOW)
    row = session.query(CategoryModel).one()
    row.body = row.body[:-1] + b"x"
    session.flush()
    history._kept.clear()
    with pytest.raises(ConflictError, match="hash"):
        history.current(session)


def _run(*words: str | Path) -> str:
    done = CliRunner().invoke(command, ["categories", *map(str, words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_learns_from_a_table_judges_and_answers(tmp_path: Path) -> None:
    texts, labels = _messages()
    for name, rows in (("learn.csv", slice(0, None, 2)), ("ask.csv", slice(1, None, 2))):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Text", "class"])
            writer.writerows(zip(texts[rows], labels[rows], strict=True))
    model = tmp_path / "model.npz"
    learned = json.loads(
        _run("--file", tmp_path / "learn.csv", "--label-field", "class", "-o", model, "--json")
    )
    assert learned["held_out"]
    fields = ("--text-field", "text", "--label-field", "class")
    judged = json.loads(_run("--model", model, "--evaluate", tmp_path / "ask.csv", *fields, "--json"))
    assert judged["texts"] == 91
    assert "macro F1" in _run("--model", model, "--evaluate", tmp_path / "ask.csv", *fields)
    _run("--model", model, "--predict", tmp_path / "ask.csv", "-o", tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(encoding="utf-8") as lines:
        answers = list(csv.DictReader(lines))
    assert sum(row["predicted"] == row["class"] for row in answers) == judged["right"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--predict", "t.csv", "--model", "nowhere.npz", "-o", "a.csv"), "cannot read"),
        (("--model", "nowhere.npz"), "--evaluate"),
        (("--file", "nowhere.csv", "-o", "m.npz"), "nowhere.csv"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        _run(*(tmp_path / word if word[0] != "-" else word for word in words))
