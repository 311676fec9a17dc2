import threading
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import pytest

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.mfcc import mfcc
from waveloom.features.table import KEYS, Part, clip_features, feature_columns, feature_table

RATE = 8000


def clips(count: int, samples: int = 4096) -> np.ndarray:
    return (np.random.default_rng(1).standard_normal((count, samples)) / 4).astype(np.float32)


def parts(count: int, size: int) -> Iterator[Part]:
    sounds = clips(count)
    for start in range(0, count, size):
        names = [f"clip-{n}" for n in range(start, min(start + size, count))]
        rows = pd.DataFrame(dict.fromkeys(KEYS, names) | {"peak": 1.0}, index=range(100, 100 + len(names)))
        yield rows, partial(np.array, sounds[start : start + size])


def test_every_column_is_named_and_float32():
    table = clip_features(clips(3), RATE, Features(n_mfcc=2))
    assert list(table.columns[:6]) == [f"mfcc_{k}_{s}" for k in ("00", "01") for s in ("mean", "std")] + [
        "mfcc_00_delta_mean",
        "mfcc_00_delta_std",
    ]
    assert list(table.columns[-3:]) == ["onset_strength_mean", "onset_strength_std", "tempo_bpm"]
    varying = 3 * 2 + 6 + 6 + 12 + 2 + 1  # mfcc, spectral, contrast, chroma, pitch, rhythm
    assert table.shape == (3, 2 * varying + 1)
    assert set(table.dtypes) == {np.dtype(np.float32)}


def test_columns_are_mean_and_deviation_of_coefficients_and_deltas():
    sounds = clips(2)
    table, varying = clip_features(sounds, RATE, Features()), mfcc(sounds, RATE, Features())
    for order, suffix in enumerate(("", "_delta", "_delta2")):
        np.testing.assert_allclose(table[f"mfcc_07{suffix}_mean"], varying[:, order, 7].mean(axis=1), atol=1e-3)
        np.testing.assert_allclose(table[f"mfcc_07{suffix}_std"], varying[:, order, 7].std(axis=1), atol=1e-3)


@pytest.mark.parametrize("samples", [1, 100, 5000])
@pytest.mark.parametrize("kind", ["silence", "constant", "click", "square"])
def test_every_finite_clip_has_finite_features(kind, samples):
    sound = {
        "silence": np.zeros(samples),
        "constant": np.ones(samples),
        "click": np.eye(1, samples)[0],
        "square": np.sign(np.sin(np.arange(samples) + 0.5)),
    }[kind]
    assert np.isfinite(clip_features(sound[None], RATE, Features()).to_numpy()).all()


def test_clips_that_are_not_finite_are_refused():
    with pytest.raises(InputError, match="NaN or infinite"):
        clip_features(np.full((1, 64), np.inf), RATE, Features())


@pytest.mark.parametrize("size", [1, 5, 64])
def test_the_table_does_not_depend_on_the_size_of_parts(size):
    whole = pd.concat(feature_table(parts(12, size), RATE, Features()), ignore_index=True)
    assert list(whole.columns[:5]) == KEYS
    assert list(whole["clip_id"]) == [f"clip-{n}" for n in range(12)]
    pd.testing.assert_frame_equal(
        whole[feature_columns(whole)], clip_features(clips(12), RATE, Features()), check_exact=True
    )


def test_only_a_few_parts_are_read_at_a_time():
    requested, lock = [], threading.Lock()

    def counted() -> Iterator[Part]:
        for part in parts(20, 1):
            with lock:
                requested.append(part)
            yield part

    next(feature_table(counted(), RATE, Features()))
    assert len(requested) <= 3


def test_no_clips_give_an_empty_table_with_all_columns():
    empty = clip_features(np.zeros((0, 512), np.float32), RATE, Features(groups=("mfcc", "spectral")))
    assert empty.shape == (0, 132)
    assert set(empty.dtypes) == {np.dtype(np.float32)}
    assert list(feature_table([], RATE, Features())) == []
