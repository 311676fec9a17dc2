import numpy as np
import pytest

from tests.sounds import RATE, chirp, noise, tone
from waveloom.evaluation.embeddings import speech_embedding
from waveloom.features import Features

pytestmark = pytest.mark.skipif(bool(speech_embedding.missing()), reason=speech_embedding.missing())


def hear(clip: np.ndarray, rate: int = RATE, floor_db: float | None = -66.0) -> np.ndarray:
    return speech_embedding.embed(clip[None], rate, Features(floor_db=floor_db))[0]


def test_the_package_s_own_code_hears_the_same():
    from pyopen_wakeword import OpenWakeWordFeatures

    clip = chirp(300, 3000, seconds=3)
    stream = OpenWakeWordFeatures.from_builtin().process_streaming((32767 * clip).astype(np.int16).tobytes())
    theirs = np.concatenate([heard.reshape(-1, 96) for heard in stream])[-12:]  # before, the stream's own silence
    ours = np.stack(
        [hear(clip[start:][: speech_embedding.SHORTEST], floor_db=None) for start in range(0, 35_200, 1280)]
    )
    alike = np.corrcoef(np.concatenate([theirs, ours]))[: len(theirs), len(theirs) :]
    assert alike.max(axis=1).min() > 0.98


def test_a_short_clip_is_heard_as_if_it_were_repeated():
    short = chirp(200, 2000, seconds=0.3)
    assert np.array_equal(hear(short), hear(np.tile(short, 3)[: speech_embedding.SHORTEST]))


def test_the_first_clip_ever_may_be_one_window_long():
    speech_embedding._network.cache_clear()
    assert np.isfinite(hear(noise(seconds=0.5))).all()


def test_a_longer_clip_is_the_mean_of_its_windows():
    clip = noise(seconds=1.0)
    windows = [hear(clip[start:][: speech_embedding.SHORTEST]) for start in (0, 1280)]
    assert np.allclose(hear(clip[: speech_embedding.SHORTEST + 1280]), np.mean(windows, axis=0), rtol=0.05, atol=1.0)


def test_it_hears_nothing_above_its_bands():
    low, high = tone(500), tone(6000, gain=0.3)
    heard = [hear(low), hear(low + high), hear(low + tone(1500, gain=0.3))]
    assert np.linalg.norm(heard[1] - heard[0]) < 0.2 * np.linalg.norm(heard[2] - heard[0])


def test_a_clip_is_heard_alike_at_any_rate():
    rows = [hear(tone(440, rate=rate), rate) for rate in (16_000, 44_100)]
    assert np.linalg.norm(rows[0] - rows[1]) < 0.05 * np.linalg.norm(rows[0])
