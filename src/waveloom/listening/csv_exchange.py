"""Exports and imports studies as CSV, one file per table."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Engine, Integer, Table, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_file
from waveloom.listening.schema import Base, Event, Listener, Rating, Stimulus, Study
from waveloom.listening.study import check_score, no_study

TABLES: list[type[Base]] = [Study, Stimulus, Listener, Rating, Event]  # in the order of their foreign keys


def export_study(engine: Engine, study: str, folder: Path) -> dict[str, int]:
    """Write the rows of a study to CSV files in `folder`, sorted by primary key; returns {table: number of rows}."""
    with Session(engine) as session:
        if session.get(Study, study) is None:
            raise no_study(session, study)
        rows = {_table(model).name: _rows(session, model, study) for model in TABLES}
    folder.mkdir(parents=True, exist_ok=True)
    for model in TABLES:
        table = _table(model)
        with (
            replaced_file(folder / f"{table.name}.csv") as new,
            new.open("w", newline="", encoding="utf-8") as file,
        ):
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table.columns.keys())
            writer.writerows([_text(value) for value in row] for row in rows[table.name])
    return {name: len(table_rows) for name, table_rows in rows.items()}


def import_study(engine: Engine, folder: Path) -> dict[str, int]:
    """Import the files of `export_study` in one transaction, skipping existing rows: {table: number of new rows}."""
    new = {}
    try:
        with Session(engine) as session, session.begin():
            for model in TABLES:
                new[_table(model).name] = sum(_add(session, model, row, where) for row, where in _read(folder, model))
                session.flush()
    except IntegrityError as error:
        raise InputError(
            f"The files in {folder} are inconsistent: {error.orig}. Export the whole study again."
        ) from None
    return new


def _add(session: Session, model: type[Base], row: dict[str, Any], where: str) -> bool:
    if model is Rating:
        _check(session, row, where)
    key = tuple(row[column.name] for column in _table(model).primary_key)
    existing = session.get(model, key)
    if existing is None:
        session.add(model(**row))
        return True
    if different := [name for name, value in row.items() if getattr(existing, name) != value]:
        raise InputError(f"{where}: {different[0]} differs from the row {key} in the database. Nothing was imported.")
    return False


def _check(session: Session, rating: dict[str, Any], where: str) -> None:
    listener, stimulus = session.get(Listener, rating["listener"]), session.get(Stimulus, rating["stimulus"])
    if listener is None or stimulus is None or listener.study != stimulus.study:
        raise InputError(f"{where}: listener and stimulus belong to different studies. Nothing was imported.")
    check_score(session.get_one(Study, stimulus.study).kind, rating["score"])


def _rows(session: Session, model: type[Base], study: str) -> list[tuple[Any, ...]]:
    table = _table(model)
    query = select(*table.columns).order_by(*table.primary_key.columns)
    if model is Study:
        query = query.where(Study.name == study)
    elif "study" in table.columns:
        query = query.where(table.columns["study"] == study)
    else:
        query = query.join(Listener, table.columns["listener"] == Listener.id).where(Listener.study == study)
    return [tuple(row) for row in session.execute(query)]


def _read(folder: Path, model: type[Base]) -> Iterable[tuple[dict[str, Any], str]]:
    table = _table(model)
    file = folder / f"{table.name}.csv"
    if not file.is_file():
        raise InputError(f"{folder} has no {file.name}; `waveloom listen export` writes one file per table.")
    with file.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != table.columns.keys():
            raise InputError(f"{file} has the columns {reader.fieldnames}; it must have {table.columns.keys()}.")
        for row in reader:
            where = f"{file}, line {reader.line_num}"
            yield {column.name: _value(column, row[column.name], where) for column in table.columns}, where


def _value(column: Any, text: str | None, where: str) -> Any:
    if text is None or (text == "" and column.nullable):
        if text is None or not column.nullable:
            raise InputError(f"{where}: {column.name} is missing.")
        return None
    if isinstance(column.type, Boolean):
        if text in ("true", "false"):
            return text == "true"
    elif not isinstance(column.type, Integer):
        return text
    elif text.removeprefix("-").isdecimal():
        return int(text)
    expected = "true or false" if isinstance(column.type, Boolean) else "a whole number"
    raise InputError(f"{where}: {column.name} is {text!r}; it must be {expected}.")


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
