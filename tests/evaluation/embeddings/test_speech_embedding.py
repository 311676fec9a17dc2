import numpy as np
import pytest

from tests.sounds import RATE, chirp, noise, tone
from waveloom.evaluation.embeddings import speech_embedding
from waveloom.features import Features

pytestmark = pytest.mark.skipif(bool(speech_embedding.missing()), reason=speech_embedding.missing())


def embed(clip: np.ndarray, rate: int = RATE, floor_db: float | None = -66.0) -> np.ndarray:
    return speech_embedding.embed(clip[None], rate, Features(floor_db=floor_db))[0]


def test_the_package_s_own_code_gives_the_same_rows():
    from pyopen_wakeword import OpenWakeWordFeatures

    clip = chirp(300, 3000, seconds=3)
    stream = OpenWakeWordFeatures.from_builtin().process_streaming((32767 * clip).astype(np.int16).tobytes())
    theirs = np.concatenate([row.reshape(-1, 96) for row in stream])[-12:]  # earlier rows contain the initial silence
    ours = np.stack(
        [embed(clip[start:][: speech_embedding.SHORTEST], floor_db=None) for start in range(0, 35_200, 1280)]
    )
    correlation = np.corrcoef(np.concatenate([theirs, ours]))[: len(theirs), len(theirs) :]
    assert correlation.max(axis=1).min() > 0.98


def test_a_short_clip_is_repeated_to_fill_a_window():
    short = chirp(200, 2000, seconds=0.3)
    assert np.array_equal(embed(short), embed(np.tile(short, 3)[: speech_embedding.SHORTEST]))


def test_the_first_clip_may_be_one_window_long():
    speech_embedding._network.cache_clear()
    assert np.isfinite(embed(noise(seconds=0.5))).all()


def test_a_longer_clip_is_the_mean_of_its_windows():
    clip = noise(seconds=1.0)
    windows = [embed(clip[start:][: speech_embedding.SHORTEST]) for start in (0, 1280)]
    assert np.allclose(embed(clip[: speech_embedding.SHORTEST + 1280]), np.mean(windows, axis=0), rtol=0.05, atol=1.0)


def test_it_ignores_frequencies_above_its_bands():
    low, high = tone(500), tone(6000, gain=0.3)
    rows = [embed(low), embed(low + high), embed(low + tone(1500, gain=0.3))]
    assert np.linalg.norm(rows[1] - rows[0]) < 0.2 * np.linalg.norm(rows[2] - rows[0])


def test_the_row_of_a_clip_hardly_depends_on_its_sample_rate():
    rows = [embed(tone(440, rate=rate), rate) for rate in (16_000, 44_100)]
    assert np.linalg.norm(rows[0] - rows[1]) < 0.05 * np.linalg.norm(rows[0])
