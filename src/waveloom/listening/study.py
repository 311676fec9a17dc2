"""Making a study: its sounds as WAV files under opaque names, its rows in the database."""

from collections.abc import Sequence
from pathlib import Path

import soundfile
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.listening.config import Listen
from waveloom.listening.plan import Item
from waveloom.listening.presentation_order import order
from waveloom.listening.scales import WORDS
from waveloom.listening.schema import Listener, Rating, Stimulus, Study
from waveloom.listening.stimuli import equally_loud, opaque


def create(engine: Engine, folder: Path, name: str, items: Sequence[Item], rate_hz: int, rules: Listen) -> list[Path]:
    """Write a study's sounds into `folder`, which must not be there yet, and its rows; give the files.

    A stimulus is `<id>.wav`, or `<id>-1.wav` and `<id>-2.wav` for a pair. Files say nothing of who made them.
    """
    with Session(engine) as session, session.begin():
        known = session.get(Study, name)
        if known is not None or folder.exists():
            raise InputError(f"There is a study {name!r} already; give this one another name.")
        session.add(Study(name=name, kind=rules.kind, seed=rules.seed, rate_hz=rate_hz))
        session.flush()
        ids = [opaque(name, rules.seed, number, *item.makers, item.clip) for number, item in enumerate(items)]
        session.add_all(_row(name, number, *both) for number, both in enumerate(zip(ids, items, strict=True)))
        session.flush()
        with replaced_folder(folder) as aside:
            for stimulus, item in zip(ids, items, strict=True):
                for file, sound in zip(files(stimulus, len(item.sounds)), item.sounds, strict=True):
                    soundfile.write(aside / file, equally_loud(sound, rate_hz, rules.lufs), rate_hz, "PCM_16")
    return sorted(folder.iterdir())


def files(stimulus: str, sounds: int) -> list[str]:
    """Name the files of a stimulus of one or two sounds."""
    return [f"{stimulus}.wav"] if sounds == 1 else [f"{stimulus}-{side}.wav" for side in (1, 2)]


def join(engine: Engine, study: str, listener: str, qualified: bool | None = None) -> list[str]:
    """Take in a listener under a random id; give the ids of the stimuli in the order of this listener."""
    with Session(engine) as session, session.begin():
        found = _study(session, study)
        known = session.get(Listener, listener)
        if known is None:
            number = session.scalar(select(func.count()).select_from(Listener).where(Listener.study == study)) or 0
            known = Listener(id=listener, study=study, number=number, qualified=qualified)
            session.add(known)
        ids = session.scalars(select(Stimulus.id).where(Stimulus.study == study).order_by(Stimulus.number)).all()
        return [ids[place] for place in order(known.number, len(ids), found.seed)]


def rate(engine: Engine, listener: str, stimulus: str, score: int) -> None:
    """Keep one answer; InputError when it is not on the scale, of another study, or the second to this stimulus."""
    try:
        with Session(engine) as session, session.begin():
            who, what = session.get(Listener, listener), session.get(Stimulus, stimulus)
            if who is None or what is None or who.study != what.study:
                raise InputError(f"Listener {listener!r} is not in a study with the stimulus {stimulus!r}.")
            check_score(_study(session, who.study).kind, score)
            session.add(Rating(listener=listener, stimulus=stimulus, score=score))
    except IntegrityError:
        raise InputError(f"{listener!r} has rated {stimulus!r} already; a rating is given once.") from None


def check_score(kind: str, score: int) -> None:
    """Raise an InputError if `score` is not an answer to this kind of question."""
    if score not in WORDS[kind]:
        raise InputError(f"{score!r} is not a rating of a study of kind {kind}; it takes {sorted(WORDS[kind])}.")


def _row(study: str, number: int, stimulus: str, item: Item) -> Stimulus:
    second = item.makers[1] if len(item.makers) > 1 else ""
    return Stimulus(
        id=stimulus,
        study=study,
        number=number,
        first=item.makers[0],
        second=second,
        clip=item.clip,
        expected=item.expected,
    )


def no_study(session: Session, name: str) -> InputError:
    """Say that there is no study of that name, and which there are."""
    known = ", ".join(session.scalars(select(Study.name).order_by(Study.name))) or "none"
    return InputError(f"There is no study {name!r}; there are: {known}. `waveloom listen new` makes one.")


def _study(session: Session, name: str) -> Study:
    found = session.get(Study, name)
    if found is None:
        raise no_study(session, name)
    return found
