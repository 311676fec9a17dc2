import subprocess
import sys

import librosa
import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.features import Features
from waveloom.features.masking import mask_inaudible
from waveloom.features.mfcc import mfcc

RATE = 16000
TIME = np.arange(RATE) / RATE


def sounds() -> np.ndarray:
    """Loud, quiet and silent ones side by side: (9, 16000)."""
    noise = np.random.default_rng(0).standard_normal(RATE)
    tone = np.sin(2 * np.pi * 440 * TIME)
    chirp = np.sin(2 * np.pi * (50 + 3500 * TIME) * TIME)
    burst = noise * np.exp(-40 * TIME)
    loud = [tone, chirp, noise / 5, burst / 5, tone * np.exp(-5 * TIME)]
    quiet = [1e-3 * tone, 1e-4 * noise]
    return np.stack([*loud, *quiet, 0 * tone, np.eye(1, RATE, 8000)[0]]).astype(np.float32)


def of_librosa(clip: np.ndarray, n_mfcc: int = 20) -> np.ndarray:
    coefficients = librosa.feature.mfcc(y=clip, sr=RATE, n_mfcc=n_mfcc)
    return np.stack([coefficients, *(librosa.feature.delta(coefficients, order=order) for order in (1, 2))])


@pytest.mark.parametrize("floor_db", [-66.0, None])
@pytest.mark.parametrize("n_mfcc", [13, 20, 40])
def test_every_clip_of_a_batch_equals_librosa_on_that_clip_alone(n_mfcc, floor_db):
    clips = sounds()
    expected = np.stack([of_librosa(clip, n_mfcc) for clip in mask_inaudible(clips, RATE, floor_db)])
    measured = mfcc(clips, RATE, Features(n_mfcc=n_mfcc, floor_db=floor_db))
    assert measured.dtype == np.float32
    np.testing.assert_allclose(measured, expected, rtol=1e-4, atol=2e-3)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"n_mels": 40, "n_fft": 512, "hop": 160}, {"n_mels": 40, "n_fft": 512, "hop_length": 160}),
        ({"fmin_hz": 300, "fmax_hz": 5000}, {"fmin": 300, "fmax": 5000}),
        ({"htk": True, "mel_norm": "none"}, {"htk": True, "norm": None}),
        ({"window": "hamming", "window_samples": 400}, {"window": "hamming", "win_length": 400}),
        ({"window": "blackman", "window_samples": 1025}, {"window": "blackman", "win_length": 1025}),
        ({"centre": False, "top_db": 60.0}, {"center": False}),
    ],
    ids=lambda options: "-".join(options),
)
def test_every_parameter_has_the_effect_it_has_in_librosa(ours, theirs):
    clips = sounds()[:5]
    config = Features(**ours, floor_db=None)
    spectra = [librosa.feature.melspectrogram(y=clip, sr=RATE, **theirs) for clip in clips]
    decibels = [librosa.power_to_db(spectrum, top_db=config.top_db) for spectrum in spectra]
    expected = [librosa.feature.mfcc(S=loudness, sr=RATE) for loudness in decibels]
    np.testing.assert_allclose(mfcc(clips, RATE, config)[:, 0], expected, rtol=1e-4, atol=2e-3)


@pytest.mark.parametrize("lifter", [1, 22])
def test_the_lifter_equals_librosa(lifter):
    clips = sounds()[:5]
    expected = [librosa.feature.mfcc(y=clip, sr=RATE, lifter=lifter) for clip in clips]
    np.testing.assert_allclose(
        mfcc(clips, RATE, Features(lifter=lifter, floor_db=None))[:, 0], expected, rtol=1e-4, atol=5e-3
    )


@pytest.mark.parametrize(("centre", "samples", "count"), [(True, 100, 1), (False, 100, 1), (False, 2048 + 512, 2)])
def test_a_clip_shorter_than_a_frame_has_one_frame(centre, samples, count):
    measured = mfcc(sounds()[1:2, :samples], RATE, Features(centre=centre))
    assert measured.shape == (1, 3, 20, count)
    assert np.isfinite(measured).all()


def test_a_clip_does_not_depend_on_the_others():
    clips = sounds()
    together = mfcc(clips, RATE, Features())
    for clip, expected in zip(clips, together, strict=True):
        np.testing.assert_array_equal(mfcc(clip[None], RATE, Features())[0], expected)


def test_gain_changes_only_the_first_coefficient():
    clip = sounds()[2:3]
    exact = Features(floor_db=None)
    louder, softer = mfcc(clip, RATE, exact)[0, 0], mfcc(clip / 2, RATE, exact)[0, 0]
    np.testing.assert_allclose(louder[1:], softer[1:], atol=1e-3)
    np.testing.assert_allclose(louder[0] - softer[0], 20 * np.log10(2) * np.sqrt(128), rtol=1e-3)


def test_silence_has_constant_coefficients_and_no_deltas():
    coefficients, *slopes = mfcc(np.zeros((1, RATE), np.float32), RATE, Features(floor_db=None))[0]
    np.testing.assert_allclose(coefficients[0], -100 * np.sqrt(128), rtol=1e-5)
    np.testing.assert_allclose(coefficients[1:], 0, atol=1e-3)
    np.testing.assert_allclose(slopes, 0, atol=1e-3)


@pytest.mark.parametrize(("samples", "width"), [(3 * 512, 3), (4 * 512, 5), (7 * 512, 7)])
def test_a_clip_shorter_than_the_delta_width_uses_its_largest_odd_width(samples, width):
    clips = sounds()[1:2, :samples]
    coefficients, first, second = mfcc(clips, RATE, Features())[0]
    np.testing.assert_allclose(first, librosa.feature.delta(coefficients, width=width), atol=2e-3)
    np.testing.assert_allclose(second, librosa.feature.delta(coefficients, width=width, order=2), atol=2e-3)


def test_the_deltas_of_two_frames_are_zero():
    measured = mfcc(sounds()[1:2, :1000], RATE, Features())
    assert measured.shape == (1, 3, 20, 2)
    assert not measured[0, 1:].any()


def test_no_clips_give_no_coefficients():
    assert mfcc(np.zeros((0, RATE), np.float32), RATE, Features()).shape == (0, 3, 20, 32)


@pytest.mark.parametrize(
    ("clips", "config", "named"),
    [
        (np.full((1, 64), np.nan), Features(), "NaN"),
        (np.zeros(64), Features(), r"\(64,\)"),
        (np.zeros((1, 64)), Features(n_mfcc=30, n_mels=20), "n_mfcc is 30"),
        (np.zeros((1, 64)), Features(delta_width=8), "delta_width is 8"),
        (np.zeros((1, 64)), Features(fmax_hz=9000), "fmax_hz 9000"),
        (np.zeros((1, 64)), Features(fmin_hz=500, fmax_hz=400), "fmin_hz is 500"),
        (np.zeros((1, 64)), Features(n_fft=512, window_samples=600), "window_samples is 600"),
    ],
)
def test_the_error_names_what_cannot_be_measured(clips, config, named):
    with pytest.raises(InputError, match=named):
        mfcc(clips, RATE, config)


def test_importing_the_features_imports_neither_librosa_nor_scipy_signal():
    code = (
        "import sys, waveloom.features.table, waveloom.features.scaling, waveloom.features.kernel_distance;"
        "print(sorted({'librosa', 'numba', 'scipy.signal', 'sklearn', 'tensorflow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
