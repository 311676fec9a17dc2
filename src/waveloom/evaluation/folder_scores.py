"""Scores any two folders of sounds: generated ones against real ones, with a floor and confidence intervals."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field
from threadpoolctl import threadpool_limits

from waveloom.audio.header import RATES_HZ
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass
from waveloom.config.errors import InputError, name_list, suggestion
from waveloom.evaluation import embeddings
from waveloom.evaluation.comparison import Scores, compare, metric_directions, metrics_of
from waveloom.evaluation.embedders import Embedder
from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.feature_spaces import FeatureSpace, feature_spaces
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.sound_folders import ClipFormat, SoundFolder, most_common_format, read_folder
from waveloom.features import Features, scaling

HEADLINES = ("kernel_distance", "precision", "recall", "diversity_ratio", "two_sample_accuracy")
ALL = "all"  # in place of the names of metrics
COLUMNS = ("metric", "space", "generated", "margin", "floor", "floor_margin", "better", "note")
_MAX_SOUNDS = 5000  # in a set: the distances of all pairs take 100 MB


@checked_dataclass
class Score:
    """What is computed, and from which part of the sounds; `seed` determines every random choice."""

    metrics: tuple[str, ...] = HEADLINES  # numbers of evaluation/metrics, or ("all",)
    embeddings: tuple[str, ...] = ()  # of evaluation/embeddings; empty: all that are installed
    rate: Annotated[int, Field(ge=RATES_HZ[0], le=RATES_HZ[1])] | None = None  # Hz; None: that of most real files
    seconds: Annotated[float, Field(ge=0.02, le=600)] | None = None  # None: median of the real files, at most 10 s
    count: Annotated[int, Field(ge=4, le=_MAX_SOUNDS)] = 512  # files read of each folder, at most, at random
    seed: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True)
class FolderScores:
    """Scores as a `table` with the columns `COLUMNS`, the format of the clips, and how many sounds each set has.

    Half of the real sounds are the reference; the others are the set "floor", whose score is the best that generated
    sounds can be expected to reach. A value that was not measured is NaN, and `note` says why. A value plus or minus
    its margin is a 95% confidence interval. `left_out` {file: reason} names files that could not be used.
    """

    table: pd.DataFrame
    form: ClipFormat
    sizes: dict[str, int]
    left_out: dict[str, str]


@threadpool_limits.wrap(limits=1)  # fixes the order of sums
def score_folders(real: Path, generated: Path, config: Score, training: Path | None = None) -> FolderScores:
    """Compare the sounds below two folders, and with those of `training`, if given, for metrics that need them.

    All sounds are mixed to mono, converted to one rate, and cut, or extended with silence, to one length. InputError if
    a name is unknown, or if there are fewer than four real or two generated sounds.
    """
    numbers, modules = _numbers(config.metrics, training is not None), _embeddings(config.embeddings)
    form = most_common_format(real, config.rate, config.seconds)
    folders = {"real": real, "generated": generated} | ({} if training is None else {"train": training})
    read = {name: read_folder(folder, form, config.count, config.seed) for name, folder in folders.items()}
    _check_sizes(folders, read)
    sets = _sets(read, config.seed)
    spaces = _spaces(sets, form.rate_hz, modules)
    table = pd.DataFrame(_rows(spaces, numbers, config.seed), columns=list(COLUMNS))
    left_out = {str(folders[name] / file): why for name, one in read.items() for file, why in one.left_out.items()}
    return FolderScores(table, form, {name: len(clips) for name, (clips, _) in sets.items()}, left_out)


def available_numbers(training: bool) -> list[str]:
    """The numbers that can be computed of two folders, without or with sounds of the training."""
    modules = [module for space in ("embedding", "clips") for module in metrics_of(space)]
    usable = [module for module in modules if training or not getattr(module, "TRAINING", False)]
    return [number for module in usable for number in module.BETTER]


def _numbers(names: Collection[str], training: bool) -> list[str]:
    """Check the names of numbers; HEADLINES come first, in their order."""
    usable = available_numbers(training)
    if tuple(names) == (ALL,):
        return [*HEADLINES, *(number for number in usable if number not in HEADLINES)]
    for name in names:
        if name not in usable and name in available_numbers(True):
            raise InputError(f"{name} compares with the sounds of the training; give their folder too.")
        if name not in usable:
            known = ", ".join(usable)
            raise InputError(f"There is no metric {name!r}.{suggestion(name, usable)} Choose from: {known}, or {ALL}.")
    return list(dict.fromkeys(names))


def _embeddings(names: Collection[str]) -> dict[str, ModuleType]:
    """Load the named embeddings, or all that are installed."""
    modules = {name: plugins.load(embeddings, name) for name in names or plugins.available(embeddings)}
    missing = {name: reason for name, module in modules.items() if (reason := module.missing())}
    for name in names:
        if name in missing:
            raise InputError(f"The embedding {name} is {missing[name]}.")
    return {name: module for name, module in modules.items() if name not in missing}


def _check_sizes(folders: Mapping[str, Path], read: Mapping[str, SoundFolder]) -> None:
    for name, folder in folders.items():
        count, least = len(read[name].clips), 4 if name == "real" else 2
        if count < least:
            reasons = name_list(f"{file}: {why}" for file, why in read[name].left_out.items())
            raise InputError(
                f"{folder} has {count} sounds that can be used, and {least} are needed, better some hundred."
                + (f" Left out: {reasons}." if reasons else "")
            )


Labelled = tuple[np.ndarray, np.ndarray]  # clips (n, samples) and labels (n,)


def _sets(read: Mapping[str, SoundFolder], seed: int) -> dict[str, Labelled]:
    """Divide the real sounds into the reference and the floor; without training sounds all real ones stand for them."""
    every = {name: (one.clips, one.labels) for name, one in read.items()}
    clips, labels = every["real"]
    order = np.random.default_rng(seed).permutation(len(clips))
    halves = {"real": np.sort(order[::2]), "floor": np.sort(order[1::2])}
    divided = {name: (clips[rows], labels[rows]) for name, rows in halves.items()}
    return {"train": every["real"], **every, **divided}


def _spaces(sets: Mapping[str, Labelled], rate_hz: int, modules: Mapping[str, ModuleType]) -> list[FeatureSpace]:
    rows = {name: dict(_embedded(name, module, sets, rate_hz)) for name, module in modules.items()}
    table = rows.get(FEATURE_TABLE, {name: np.empty((len(clips), 0)) for name, (clips, _) in sets.items()})
    sounds = {name: Sounds(clips, rate_hz, table[name], labels) for name, (clips, labels) in sets.items()}
    return feature_spaces(sounds, rows, None)


def _embedded(
    name: str, module: ModuleType, sets: Mapping[str, Labelled], rate_hz: int
) -> Iterator[tuple[str, np.ndarray]]:
    """Embed every set; columns of different units are standardised by the set "train"."""
    embedder = Embedder(name, module, rate_hz, Features(), None)
    rows = {set_name: embedder.embed(clips) for set_name, (clips, _) in sets.items()}
    scaler = scaling.fit(rows["train"]) if module.STANDARDISE else None
    yield from ((key, scaling.apply(scaler, values) if scaler else values) for key, values in rows.items())


def _rows(spaces: Iterable[FeatureSpace], numbers: list[str], seed: int) -> list[dict[str, Any]]:
    found = []
    for space in spaces:
        scores = compare(space.kind, space.sets, space.reference, seed, numbers)
        found += [_row(number, space.name, scores) for number in scores.values if number in numbers]
    return sorted(found, key=lambda row: numbers.index(row["metric"]))


def _row(number: str, space: str, scores: Scores) -> dict[str, Any]:
    values, margins = scores.values[number], scores.margins[number]
    cells = {
        "generated": values["generated"],
        "margin": margins["generated"],
        "floor": values["floor"],
        "floor_margin": margins["floor"],
    }
    note = next((cell for cell in cells.values() if isinstance(cell, str)), "")
    measured = {name: cell if isinstance(cell, float) else float("nan") for name, cell in cells.items()}
    return {"metric": number, "space": space, **measured, "better": metric_directions()[number], "note": note}
