"""The table of features: one row a clip, one named float32 column a number."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from waveloom.config import plugins
from waveloom.execution.executor import SERIAL, Execution, ordered_map
from waveloom.execution.result_cache import Piece, cached
from waveloom.features import Features, groups
from waveloom.features.analysis import Analysis
from waveloom.features.spectrum import in_chunks

KEYS = ["clip_id", "recording_id", "label", "group", "split"]


def describe(clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    """One row a clip: what `features.groups` measure, over time by its mean and standard deviation; (n, samples)."""
    # The names of the columns are those of any clip, even when there is none.
    parts = [_summary(measure(chunk, rate_hz, config)) for chunk in in_chunks(clips, rate_hz, config)] or [
        _summary(measure(np.zeros((1, clips.shape[1]), np.float32), rate_hz, config))
    ]
    return pd.DataFrame(np.concatenate([matrix for _, matrix in parts])[: len(clips)], columns=parts[0][0])


def measure(clips: np.ndarray, rate_hz: int, config: Features) -> dict[str, np.ndarray]:
    """Everything `features.groups` measure of a few clips (n, samples): (n, frames) over time, or (n,) a clip.

    Clips are measured as they are; `in_chunks` hides what is inaudible.
    """
    modules = _modules(config.groups)
    analysis = Analysis(clips, rate_hz, config, exact=any(module.EXACT for module in modules))
    return {name: values for module in modules for name, values in module.measure(analysis).items()}


@lru_cache(maxsize=4)
def _modules(names: tuple[str, ...]) -> list[ModuleType]:
    return [plugins.load(groups, name) for name in names]


Part = tuple[pd.DataFrame, Callable[[], np.ndarray]]  # index rows, and what reads their clips (n, samples)


def feature_table(
    parts: Iterable[Part],
    rate_hz: int,
    config: Features,
    how: Execution = SERIAL,
    kept: Path | None = None,
) -> Iterator[pd.DataFrame]:
    """Describe part after part, in order, holding only a few at a time; who describes it reads its clips.

    What is done is remembered in the folder `kept`, under the clips' names.
    """
    described = cached(partial(_rows, rate_hz=rate_hz, config=config), _names, kept)
    yield from (piece.rows for piece in ordered_map(described, parts, how))


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Name the columns of `table` that hold features, in order."""
    return [str(column) for column in table.columns if column not in KEYS]


def _names(part: Part) -> str:
    return repr(part[0]["clip_id"].tolist())


def _rows(part: Part, rate_hz: int, config: Features) -> Piece:
    index, read = part
    return Piece(pd.concat([index[KEYS].reset_index(drop=True), describe(read(), rate_hz, config)], axis=1))


def _summary(measured: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    """Mean and deviation of what has a course over time, what has none as it is: names, and (n, columns) float32."""
    moving = {name: values for name, values in measured.items() if values.ndim == 2}
    still = {name: values for name, values in measured.items() if values.ndim == 1}
    over_time = np.stack(list(moving.values()), axis=1)  # (n, what, frames)
    pairs = np.stack([over_time.mean(axis=2), over_time.std(axis=2)], axis=2).reshape(len(over_time), -1)
    names = [f"{name}_{statistic}" for name in moving for statistic in ("mean", "std")]
    return [*names, *still], np.column_stack([pairs, *still.values()])
