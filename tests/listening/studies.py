"""Small studies for tests, with given answers."""

import numpy as np

from waveloom.listening import study
from waveloom.listening.config import Listen
from waveloom.listening.database import open_database
from waveloom.listening.plan import Pool, plan

RATE = 8000


def pool(maker, count=6, labels=("low", "high")):
    time = np.arange(4096) / RATE
    clips = np.stack([0.3 * np.sin(2 * np.pi * (200 + 50 * n + len(maker)) * time) for n in range(count)])
    return Pool(clips.astype(np.float32), [f"{maker}-{n}" for n in range(count)], [labels[n % 2] for n in range(count)])


def small(folder, kind="acr", makers=("one",), **options):
    config = Listen(**{"kind": kind, "sounds": 4, "references": 2, "anchors": 1, "traps": 1, "draws": 400, **options})
    engine = open_database("sqlite:///listening.db", folder)
    items = plan({maker: pool(maker) for maker in makers}, pool("real"), RATE, config)
    files = study.create(engine, folder / "first", "first", items, RATE, config)
    return engine, config, items, files


def answer(engine, listener, score, items, qualified=True):
    """Rate all items as one listener: traps correctly, the others with `score(item)`."""
    ids = study.join(engine, "first", listener, qualified)
    by_id = dict(zip(sorted_ids(engine), items, strict=True))
    for stimulus in ids:
        item = by_id[stimulus]
        study.rate(engine, listener, stimulus, score(item) if item.expected is None else item.expected)


def sorted_ids(engine):
    from sqlalchemy import text

    with engine.connect() as connection:
        return list(connection.execute(text("select id from stimulus order by number")).scalars())
