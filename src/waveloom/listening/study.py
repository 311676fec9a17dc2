"""Creates a study (WAV files with opaque names, database rows), and adds listeners and ratings."""

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
from waveloom.listening.presentation_order import presentation_order
from waveloom.listening.scales import WORDS
from waveloom.listening.schema import Listener, Rating, Stimulus, Study
from waveloom.listening.stimuli import equally_loud, opaque_id


def create(engine: Engine, folder: Path, name: str, items: Sequence[Item], rate_hz: int, config: Listen) -> list[Path]:
    """Write the sounds of a study to `folder`, which must not exist, and its rows to the database; returns the files.

    A stimulus is `<id>.wav`, or `<id>-1.wav` and `<id>-2.wav` for a pair. File names do not reveal who made them.
    """
    with Session(engine) as session, session.begin():
        if session.get(Study, name) is not None or folder.exists():
            raise InputError(f"There is a study {name!r} already; give this one another name.")
        session.add(Study(name=name, kind=config.kind, seed=config.seed, rate_hz=rate_hz))
        session.flush()
        ids = [opaque_id(name, config.seed, number, *item.makers, item.clip) for number, item in enumerate(items)]
        session.add_all(_row(name, number, *both) for number, both in enumerate(zip(ids, items, strict=True)))
        session.flush()
        with replaced_folder(folder) as temporary:
            for stimulus, item in zip(ids, items, strict=True):
                for file, sound in zip(files(stimulus, len(item.sounds)), item.sounds, strict=True):
                    soundfile.write(temporary / file, equally_loud(sound, rate_hz, config.lufs), rate_hz, "PCM_16")
    return sorted(folder.iterdir())


def files(stimulus: str, sounds: int) -> list[str]:
    """The file names of a stimulus of one or two sounds."""
    return [f"{stimulus}.wav"] if sounds == 1 else [f"{stimulus}-{side}.wav" for side in (1, 2)]


def join(engine: Engine, study: str, listener: str, qualified: bool | None = None) -> list[str]:
    """Add a listener with a random id, if new; returns the ids of the stimuli in the order of this listener."""
    with Session(engine) as session, session.begin():
        found = _study(session, study)
        participant = session.get(Listener, listener)
        if participant is None:
            number = session.scalar(select(func.count()).select_from(Listener).where(Listener.study == study)) or 0
            participant = Listener(id=listener, study=study, number=number, qualified=qualified)
            session.add(participant)
        ids = session.scalars(select(Stimulus.id).where(Stimulus.study == study).order_by(Stimulus.number)).all()
        return [ids[position] for position in presentation_order(participant.number, len(ids), found.seed)]


def rate(engine: Engine, listener: str, stimulus: str, score: int) -> None:
    """Store one answer; InputError if it is not on the scale, of another study, or a second answer to this stimulus."""
    try:
        with Session(engine) as session, session.begin():
            participant, item = session.get(Listener, listener), session.get(Stimulus, stimulus)
            if participant is None or item is None or participant.study != item.study:
                raise InputError(f"Listener {listener!r} is not in a study with the stimulus {stimulus!r}.")
            check_score(_study(session, participant.study).kind, score)
            session.add(Rating(listener=listener, stimulus=stimulus, score=score))
    except IntegrityError:
        raise InputError(f"{listener!r} has already rated {stimulus!r}; each stimulus is rated once.") from None


def check_score(kind: str, score: int) -> None:
    """Raise an InputError if `score` is not on the scale of a study of this kind."""
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
    """An InputError that there is no study of that name, with the names that exist."""
    names = ", ".join(session.scalars(select(Study.name).order_by(Study.name))) or "none"
    return InputError(f"There is no study {name!r}; there are: {names}. `waveloom listen new` creates one.")


def _study(session: Session, name: str) -> Study:
    found = session.get(Study, name)
    if found is None:
        raise no_study(session, name)
    return found
