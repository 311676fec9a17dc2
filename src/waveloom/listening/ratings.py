"""A study's ratings as a table, and whose are not counted, and why."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from waveloom.listening.schema import Listener, Rating, Stimulus, Study
from waveloom.listening.study import no_study

# Told in this order: a listener who gives several is counted under the first.
REASONS = ("not qualified", "failed a trap", "incomplete", "straight-lining")


@dataclass(frozen=True)
class Ratings:
    """What was asked and answered in a study.

    `stimuli`: columns id, first, second, clip, expected (NaN where there is no right answer). `listeners`: columns id,
    qualified. `answers`: columns listener, stimulus, score.
    """

    kind: str
    stimuli: pd.DataFrame
    listeners: pd.DataFrame
    answers: pd.DataFrame


def read(engine: Engine, study: str) -> Ratings:
    """Read a study's ratings."""
    with Session(engine) as session:
        found = session.get(Study, study)
        if found is None:
            raise no_study(session, study)
        columns = (Stimulus.id, Stimulus.first, Stimulus.second, Stimulus.clip, Stimulus.expected)
        stimuli = session.execute(select(*columns).where(Stimulus.study == study).order_by(Stimulus.number)).all()
        people = session.execute(select(Listener.id, Listener.qualified).where(Listener.study == study)).all()
        told = select(Rating.listener, Rating.stimulus, Rating.score).join(Listener).where(Listener.study == study)
        answers = session.execute(told.order_by(Rating.listener, Rating.stimulus)).all()
    return Ratings(
        found.kind,
        pd.DataFrame(stimuli, columns=["id", "first", "second", "clip", "expected"]),
        pd.DataFrame(sorted(people), columns=["id", "qualified"]).astype({"qualified": object}),
        pd.DataFrame(answers, columns=["listener", "stimulus", "score"]),
    )


def exclusions(ratings: Ratings) -> dict[str, str]:
    """Say of each listener that is not counted why: {listener: one of `REASONS`}."""
    told = {who: rows.set_index("stimulus")["score"] for who, rows in ratings.answers.groupby("listener")}
    found = {}
    for who, qualified in ratings.listeners.itertuples(index=False):
        reason = _reason(qualified, told.get(who, pd.Series(dtype=float)), ratings.stimuli.set_index("id")["expected"])
        if reason:
            found[str(who)] = reason
    return found


def _reason(qualified: bool | None, scores: pd.Series, expected: pd.Series) -> str:
    traps = expected.dropna()
    heard = scores.drop(traps.index, errors="ignore")
    if qualified is False:
        return REASONS[0]
    if (scores.reindex(traps.index).dropna() != traps[traps.index.isin(scores.index)]).any():
        return REASONS[1]
    if len(scores) < len(expected):
        return REASONS[2]
    return REASONS[3] if len(heard) > 2 and heard.nunique() == 1 else ""


def counted(ratings: Ratings, excluded: dict[str, str]) -> pd.DataFrame:
    """Give the answers that count, without traps: columns listener, stimulus, score, first, second, clip."""
    answers = ratings.answers[~ratings.answers["listener"].isin(list(excluded))]
    asked = ratings.stimuli[ratings.stimuli["expected"].isna()].drop(columns="expected")
    return answers.merge(asked, left_on="stimulus", right_on="id").drop(columns="id")
