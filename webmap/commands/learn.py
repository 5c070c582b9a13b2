"""`wangge learn categories`: learn which category words belong to, measure it, ask it.

Before: closed cases, or a table with texts and labels. After: a model in the database (proposals on the pages) or in a
file. With a file in and a file out no database is needed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from gis.cases.learning.judge import Judged, Learned
    from gis.cases.learning.linear import Model

FILE = click.Path(path_type=Path, dir_okay=False)
TEXT_NAMES = ("text", "words", "内容", "诉求内容", "留言详情", "正文", "content")
LABEL_NAMES = ("category", "label", "类别", "类别编码", "标签", "一级标签")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def learn() -> None:
    """Learn from what people have decided before."""


@learn.command(name="categories")
@click.option("--file", "path", type=FILE, help="Learn from this table instead of the town's closed cases.")
@click.option("--text-field", "text_fields", multiple=True, help="Column of the words; several are joined.")
@click.option("--label-field", help="Column of the category.")
@click.option("--model", "model_path", type=FILE, help="Ask this model instead of learning one.")
@click.option("--predict", type=FILE, help="Propose a category for every row of this table.")
@click.option("--evaluate", type=FILE, help="Judge the model on this labelled table.")
@click.option("-o", "--output", type=FILE, help="Where the model goes, or with --predict the answers.")
@click.option("--no-themes", is_flag=True, help="Learn from the texts alone, without the table of themes.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def categories(
    *,
    path: Path | None,
    text_fields: tuple[str, ...],
    label_field: str | None,
    model_path: Path | None,
    predict: Path | None,
    evaluate: Path | None,
    output: Path | None,
    no_themes: bool,
    as_json: bool,
) -> None:
    """Learn categories, or with --predict or --evaluate ask a model.

    Learns from the town's closed cases into the database, or from --file (a table with words and labels) into the file
    -o; prints how good it is on texts kept aside. --predict writes the table again with the columns predicted,
    probability, second, second_probability, third, third_probability. Tables may be CSV or Excel.
    """
    asks = predict is not None or evaluate is not None
    if asks and path is not None and model_path is not None:
        raise InputError("Give either --model or --file, not both.")
    if path is not None or not asks:
        _refuse_odd(model_path, predict, output)
        learned = _learn(
            path, text_fields, label_field, output if predict is None else None, themes=not no_themes
        )
        _print(learned.judged, as_json=as_json, learned=learned)
        model = learned.model
    else:
        model = _model(model_path)
    if evaluate is not None:
        _print(_evaluated(model, evaluate, text_fields, label_field), as_json=as_json)
    if predict is not None:
        _predict(model, predict, text_fields, output)


def _refuse_odd(model_path: Path | None, predict: Path | None, output: Path | None) -> None:
    if model_path is not None:
        raise InputError("--model is asked with --predict or --evaluate; the file to write is -o.")
    if predict is not None and output is None:
        raise InputError("--predict needs -o, the table to write.")


def _learn(
    path: Path | None,
    text_fields: tuple[str, ...],
    label_field: str | None,
    output: Path | None,
    *,
    themes: bool,
) -> Learned:
    """Learn from a table or from the database, and keep the model in a file or there."""
    from gis.cases.learning import history, keeping
    from gis.cases.learning.judge import learn as learn_from

    now = datetime.now(UTC)
    if path is None:
        return _learn_town(now, output)
    texts, labels = _labelled(path, text_fields, label_field)
    learned = learn_from(texts, labels, themes=None if themes else ())
    if output is not None:
        told = history.told(learned, now, source=path.name, texts=len(texts))
        _write(output, keeping.as_bytes(learned.model, told))
    return learned


def _learn_town(now: datetime, output: Path | None) -> Learned:
    from gis.cases.learning import history, keeping
    from gis.database import transaction

    with transaction() as session:
        learned = history.learn_town(session, now)
    if output is not None:
        _write(output, keeping.as_bytes(learned.model, {"made_at": now.isoformat(), "source": "cases"}))
    return learned


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(body)
        part.replace(path)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as fault:
        raise InputError(f"cannot write {path}: {fault.strerror}.", path=str(path)) from fault


def _model(path: Path | None) -> Model:
    """Give the model of a file, or the one in the database."""
    from gis.cases.learning import history, keeping
    from gis.database import transaction

    if path is not None:
        return keeping.read(path)[0]
    with transaction() as session:
        kept = history.current(session)
    if kept is None:
        raise InputError("Nothing was learned yet: run wangge learn categories, or give --model or --file.")
    return kept.model


def _table(path: Path) -> pd.DataFrame:
    from gis.files.tables import read_table

    return read_table(path)


def _column(table: pd.DataFrame, path: Path, wanted: str | None, usual: tuple[str, ...]) -> str:
    """Find a column by the name given, or by a usual one; capitals and blanks do not matter."""
    headings = {str(name).strip().lower(): str(name) for name in table.columns}
    for name in (wanted,) if wanted else usual:
        if name.strip().lower() in headings:
            return headings[name.strip().lower()]
    asked = wanted or " / ".join(usual[:2])
    raise InputError(f"{path.name} has no column {asked}; it has {', '.join(headings.values())[:200]}.")


def _texts(table: pd.DataFrame, path: Path, fields: tuple[str, ...]) -> list[str]:
    columns = [_column(table, path, field, TEXT_NAMES) for field in (fields or (None,))]
    return ["\n".join(str(row[column]) for column in columns).strip() for _, row in table.iterrows()]


def _labelled(
    path: Path, text_fields: tuple[str, ...], label_field: str | None
) -> tuple[list[str], list[str]]:
    """Read texts and labels; rows without one or the other say nothing and are told."""
    table = _table(path)
    texts = _texts(table, path, text_fields)
    labels = [str(cell).strip() for cell in table[_column(table, path, label_field, LABEL_NAMES)]]
    rows = [(text, label) for text, label in zip(texts, labels, strict=True) if text and label]
    if len(rows) < len(texts):
        click.echo(f"{path.name}: {len(texts) - len(rows)} rows without words or label left out", err=True)
    return [text for text, _ in rows], [label for _, label in rows]


def _evaluated(model: Model, path: Path, text_fields: tuple[str, ...], label_field: str | None) -> Judged:
    from gis.cases.learning.judge import judge

    return judge(model, *_labelled(path, text_fields, label_field))


def _predict(model: Model, path: Path, text_fields: tuple[str, ...], output: Path | None) -> None:
    """Write a table again, with the three likeliest categories of each row."""
    from gis.places.geocoder.tablefiles import written

    if output is None:
        raise InputError("--predict needs -o, the table to write.")
    table = _table(path)
    texts = _texts(table, path, text_fields)
    new = ["predicted", "probability", "second", "second_probability", "third", "third_probability"]
    kept = [name for name in table.columns if name not in new]
    with written(output) as writer:
        writer.write([*map(str, kept), *new])
        for (_, row), text in zip(table.iterrows(), texts, strict=True):
            cells: list[str | float] = []
            for one in model.propose(text):
                cells += [one.label, round(one.probability, 4)]
            writer.write([*(str(row[name]) for name in kept), *cells, *[""] * (len(new) - len(cells))])
    click.echo(f"{len(texts)} rows: {output}", err=True)


def _print(judged: Judged, *, as_json: bool, learned: Learned | None = None) -> None:
    """Print the figures with their parts."""
    if as_json:
        more: dict[str, Any] = {"held_out": True, "themes": learned.with_themes} if learned else {}
        click.echo(json.dumps(judged.as_json() | more, ensure_ascii=False))
        return
    click.echo("on texts kept aside while learning:" if learned else "on this table:")
    click.echo(
        f"  accuracy {judged.accuracy:.2%} ({judged.right}/{judged.texts}), macro F1 {judged.macro_f1:.4f}"
    )
    click.echo(f"  right among the first three: {judged.among_three}/{judged.texts}")
    for one in judged.classes:
        click.echo(
            f"  {one.label}: {one.right}/{one.texts} found, {one.right}/{one.given} right, F1 {one.f1:.3f}"
        )
    if learned and learned.left_out:
        click.echo(f"  left out, a single text each: {', '.join(sorted(learned.left_out))}")
    if learned and not learned.with_themes:
        click.echo("  learned from the texts alone: the table of themes did not help here")
