"""Feature table: one row per clip, one float32 column per feature and statistic."""

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
from waveloom.features.spectrum import masked_chunks

KEYS = ["clip_id", "recording_id", "label", "group", "split"]


def clip_features(clips: np.ndarray, rate_hz: int, config: Features) -> pd.DataFrame:
    """Features of clips (n, samples), one row per clip: mean and standard deviation of those that vary in time."""
    # Without clips, the column names are those of a silent one.
    parts = [_summary(measure(chunk, rate_hz, config)) for chunk in masked_chunks(clips, rate_hz, config)] or [
        _summary(measure(np.zeros((1, clips.shape[1]), np.float32), rate_hz, config))
    ]
    return pd.DataFrame(np.concatenate([matrix for _, matrix in parts])[: len(clips)], columns=parts[0][0])


def measure(clips: np.ndarray, rate_hz: int, config: Features) -> dict[str, np.ndarray]:
    """Features of clips (n, samples) by name: (n, frames) over time, or (n,) per clip; without masking of the clips."""
    modules = _modules(config.groups)
    analysis = Analysis(clips, rate_hz, config, double_precision=any(module.DOUBLE_PRECISION for module in modules))
    return {name: values for module in modules for name, values in module.measure(analysis).items()}


@lru_cache(maxsize=4)
def _modules(names: tuple[str, ...]) -> list[ModuleType]:
    return [plugins.load(groups, name) for name in names]


Part = tuple[pd.DataFrame, Callable[[], np.ndarray]]  # index rows, and a function that reads their clips (n, samples)


def feature_table(
    parts: Iterable[Part],
    rate_hz: int,
    config: Features,
    how: Execution = SERIAL,
    cache: Path | None = None,
) -> Iterator[pd.DataFrame]:
    """Feature tables of parts, in order; workers read the clips of a few parts at a time.

    Results are stored in the folder `cache`, if given, under the names of the clips.
    """
    compute = cached(partial(_rows, rate_hz=rate_hz, config=config), _names, cache)
    yield from (piece.rows for piece in ordered_map(compute, parts, how))


def feature_columns(table: pd.DataFrame) -> list[str]:
    """Names of the columns of `table` that are features, in order."""
    return [str(column) for column in table.columns if column not in KEYS]


def _names(part: Part) -> str:
    return repr(part[0]["clip_id"].tolist())


def _rows(part: Part, rate_hz: int, config: Features) -> Piece:
    index, read = part
    return Piece(pd.concat([index[KEYS].reset_index(drop=True), clip_features(read(), rate_hz, config)], axis=1))


def _summary(measured: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    """Mean and deviation of features that vary in time, and the others: names, and (n, columns) float32."""
    varying = {name: values for name, values in measured.items() if values.ndim == 2}
    constant = {name: values for name, values in measured.items() if values.ndim == 1}
    over_time = np.stack(list(varying.values()), axis=1)  # (n, what, frames)
    pairs = np.stack([over_time.mean(axis=2), over_time.std(axis=2)], axis=2).reshape(len(over_time), -1)
    names = [f"{name}_{statistic}" for name in varying for statistic in ("mean", "std")]
    return [*names, *constant], np.column_stack([pairs, *constant.values()])
