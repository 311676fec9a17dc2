"""The ratings of a study as tables, and which listeners are excluded and why."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from waveloom.listening.schema import Listener, Rating, Stimulus, Study
from waveloom.listening.study import no_study

# In order of precedence: a listener with several reasons is counted under the first one.
REASONS = ("not qualified", "failed a trap", "incomplete", "straight-lining")


@dataclass(frozen=True)
class Ratings:
    """Stimuli, listeners and answers of a study.

    `stimuli`: columns id, first, second, clip, expected (NaN without a right answer). `listeners`: columns id,
    qualified. `answers`: columns listener, stimulus, score.
    """

    kind: str
    stimuli: pd.DataFrame
    listeners: pd.DataFrame
    answers: pd.DataFrame


def read(engine: Engine, study: str) -> Ratings:
    """Read the ratings of a study; InputError if there is none of that name."""
    with Session(engine) as session:
        found = session.get(Study, study)
        if found is None:
            raise no_study(session, study)
        columns = (Stimulus.id, Stimulus.first, Stimulus.second, Stimulus.clip, Stimulus.expected)
        stimuli = session.execute(select(*columns).where(Stimulus.study == study).order_by(Stimulus.number)).all()
        people = session.execute(select(Listener.id, Listener.qualified).where(Listener.study == study)).all()
        ratings = select(Rating.listener, Rating.stimulus, Rating.score).join(Listener).where(Listener.study == study)
        answers = session.execute(ratings.order_by(Rating.listener, Rating.stimulus)).all()
    return Ratings(
        found.kind,
        pd.DataFrame(stimuli, columns=["id", "first", "second", "clip", "expected"]),
        pd.DataFrame(sorted(people), columns=["id", "qualified"]).astype({"qualified": object}),
        pd.DataFrame(answers, columns=["listener", "stimulus", "score"]),
    )


def exclusions(ratings: Ratings) -> dict[str, str]:
    """The excluded listeners: {listener: one of `REASONS`}."""
    scores = {listener: rows.set_index("stimulus")["score"] for listener, rows in ratings.answers.groupby("listener")}
    expected = ratings.stimuli.set_index("id")["expected"]
    excluded = {}
    for listener, qualified in ratings.listeners.itertuples(index=False):
        reason = _reason(qualified, scores.get(listener, pd.Series(dtype=float)), expected)
        if reason:
            excluded[str(listener)] = reason
    return excluded


def _reason(qualified: bool | None, scores: pd.Series, expected: pd.Series) -> str:
    traps = expected.dropna()
    rated = scores.drop(traps.index, errors="ignore")
    if qualified is False:
        return REASONS[0]
    if (scores.reindex(traps.index).dropna() != traps[traps.index.isin(scores.index)]).any():
        return REASONS[1]
    if len(scores) < len(expected):
        return REASONS[2]
    return REASONS[3] if len(rated) > 2 and rated.nunique() == 1 else ""


def counted_answers(ratings: Ratings, excluded: dict[str, str]) -> pd.DataFrame:
    """Answers of listeners who are not excluded, without trapping items.

    Columns: listener, stimulus, score, first, second, clip.
    """
    answers = ratings.answers[~ratings.answers["listener"].isin(list(excluded))]
    stimuli = ratings.stimuli[ratings.stimuli["expected"].isna()].drop(columns="expected")
    return answers.merge(stimuli, left_on="stimulus", right_on="id").drop(columns="id")
