import numpy as np
import pandas as pd
import pytest

from tests.sounds import noise, tone
from waveloom.features import Features
from waveloom.features.frame_table import frame_table
from waveloom.features.table import clip_features

RATE = 16_000


def table(clips: np.ndarray, config: Features, size: int = 64) -> pd.DataFrame:
    index = pd.DataFrame({"clip_id": [f"clip-{n}" for n in range(len(clips))]})
    chunks = ((index[start : start + size], clips[start : start + size]) for start in range(0, len(clips), size))
    return pd.concat(frame_table(chunks, RATE, config), ignore_index=True)


def test_there_is_one_row_per_frame_with_its_time():
    rows = table(np.stack([tone(440), noise()]), Features())
    assert rows["clip_id"].value_counts().to_dict() == {"clip-0": 32, "clip-1": 32}
    assert rows["frame"].tolist() == [*range(32), *range(32)]
    np.testing.assert_allclose(rows["seconds"][:3], [0, 512 / RATE, 1024 / RATE])
    assert {"mfcc_00", "centroid", "f0_hz", "chroma_09", "onset_strength"} <= set(rows)
    assert "tempo_bpm" not in rows


def test_the_time_of_a_frame_that_is_not_centred_is_its_middle():
    rows = table(tone(440)[None], Features(groups=("spectral",), centre=False))
    np.testing.assert_allclose(rows["seconds"][:2], [1024 / RATE, 1536 / RATE])


@pytest.mark.parametrize("size", [1, 5, 64])
def test_means_over_time_equal_the_table_of_clips(size):
    clips = np.stack([noise(seed=seed) for seed in range(11)])
    config = Features(groups=("mfcc", "spectral"))
    rows = table(clips, config, size)
    means = rows.drop(columns=["frame", "seconds"]).groupby("clip_id", sort=False).mean()
    clip_table = clip_features(clips, RATE, config)
    for name in means:
        np.testing.assert_allclose(means[name], clip_table[f"{name}_mean"], rtol=1e-3, atol=1e-3)
