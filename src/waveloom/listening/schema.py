"""What a listening test remembers: five tables, in any database SQLAlchemy speaks to."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables of a listening test."""


class Study(Base):
    """One test: its name, the question asked, and the seed its orders follow from."""

    __tablename__ = "study"
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    seed: Mapped[int]
    rate_hz: Mapped[int]


class Stimulus(Base):
    """What is rated at once: one sound (`second` is empty), or a pair of which the second is rated against the first.

    `first` and `second` name who made it: a generator's digest, "real", "anchor" or "trap". Nothing of that, nor of
    `clip`, the sound or pair of sounds it was made from, is in its id. `expected` is the one right answer of a trap.
    """

    __tablename__ = "stimulus"
    id: Mapped[str] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("study.name"))
    number: Mapped[int]  # its place in the square of orders
    first: Mapped[str]
    second: Mapped[str]
    clip: Mapped[str]
    expected: Mapped[int | None]
    __table_args__ = (UniqueConstraint("study", "number"),)


class Listener(Base):
    """Someone who took part, known by a random id alone; `number` chooses the order, `qualified` is None until told."""

    __tablename__ = "listener"
    id: Mapped[str] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("study.name"))
    number: Mapped[int]
    qualified: Mapped[bool | None]
    __table_args__ = (UniqueConstraint("study", "number"),)


class Rating(Base):
    """One answer; a listener gives one to each stimulus."""

    __tablename__ = "rating"
    listener: Mapped[str] = mapped_column(ForeignKey("listener.id"), primary_key=True)
    stimulus: Mapped[str] = mapped_column(ForeignKey("stimulus.id"), primary_key=True)
    score: Mapped[int]


class Event(Base):
    """Something else worth keeping: consent, a sound played to its end, a page left. `at` is ISO 8601, UTC."""

    __tablename__ = "event"
    listener: Mapped[str] = mapped_column(ForeignKey("listener.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # counts a listener's events
    kind: Mapped[str]
    detail: Mapped[str]
    at: Mapped[str]
