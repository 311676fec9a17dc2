"""Database schema of listening tests: five tables, in any database that SQLAlchemy supports."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The tables of a listening test."""


class Study(Base):
    """One test: its name, the kind of question, and the seed of the presentation orders."""

    __tablename__ = "study"
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    seed: Mapped[int]
    rate_hz: Mapped[int]


class Stimulus(Base):
    """One item to rate: a sound (`second` is empty), or a pair whose second sound is compared with the first.

    `first` and `second` name the makers: a generator's digest, "real", "anchor" or "trap"; `clip` is the source sound
    or pair of sounds. The id reveals none of these. `expected` is the right answer of a trap.
    """

    __tablename__ = "stimulus"
    id: Mapped[str] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("study.name"))
    number: Mapped[int]  # its symbol in the Latin square of presentation orders
    first: Mapped[str]
    second: Mapped[str]
    clip: Mapped[str]
    expected: Mapped[int | None]
    __table_args__ = (UniqueConstraint("study", "number"),)


class Listener(Base):
    """A participant, identified by a random id only.

    `number` selects the presentation order; `qualified` is None if unknown.
    """

    __tablename__ = "listener"
    id: Mapped[str] = mapped_column(primary_key=True)
    study: Mapped[str] = mapped_column(ForeignKey("study.name"))
    number: Mapped[int]
    qualified: Mapped[bool | None]
    __table_args__ = (UniqueConstraint("study", "number"),)


class Rating(Base):
    """One answer; a listener rates each stimulus once."""

    __tablename__ = "rating"
    listener: Mapped[str] = mapped_column(ForeignKey("listener.id"), primary_key=True)
    stimulus: Mapped[str] = mapped_column(ForeignKey("stimulus.id"), primary_key=True)
    score: Mapped[int]


class Event(Base):
    """Any other event: consent, a sound played to its end, a page left. `at` is ISO 8601, UTC."""

    __tablename__ = "event"
    listener: Mapped[str] = mapped_column(ForeignKey("listener.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # counts the events of a listener
    kind: Mapped[str]
    detail: Mapped[str]
    at: Mapped[str]
