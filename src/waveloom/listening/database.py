"""Opens the database of listening tests: SQLite unless another URL is given."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from waveloom.config.errors import InputError
from waveloom.listening.schema import Base

ENVIRONMENT = "WAVELOOM_LISTENING_DATABASE"  # overrides params.yaml, for URLs with a password


def open_database(url: str, project: Path) -> Engine:
    """Open the database at `url` (or at the URL in the environment variable, if set) and create missing tables.

    A relative SQLite path is relative to `project`.
    """
    address = os.environ.get(ENVIRONMENT) or url
    try:
        parsed = make_url(address)
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            file = project / str(parsed.database)
            file.parent.mkdir(parents=True, exist_ok=True)
            parsed = parsed.set(database=str(file))
        engine = create_engine(parsed)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        Base.metadata.create_all(engine)
    except (OSError, ArgumentError, ImportError, NoSuchModuleError, OperationalError) as error:
        raise InputError(
            f"The database of listening tests cannot be opened: {str(error).splitlines()[0]}. "
            f"Set listen.database in params.yaml, or {ENVIRONMENT}, to an SQLAlchemy URL whose driver is installed."
        ) from error
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """Allow reads during a write, wait for other writers, and enforce foreign keys."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
