"""Features of real recordings equal librosa's: WAVELOOM_REAL_DATA is a folder of sounds, at any depth."""

import os
from pathlib import Path

import librosa
import numpy as np
import pytest

from waveloom.features import Features
from waveloom.features.mfcc import mfcc
from waveloom.features.table import measure

RATE = 16_000

pytestmark = pytest.mark.skipif("WAVELOOM_REAL_DATA" not in os.environ, reason="WAVELOOM_REAL_DATA names no folder")


@pytest.fixture(scope="module")
def clips() -> np.ndarray:
    """One second of each of some sixty recordings, at 16 kHz."""
    files = sorted(f for f in Path(os.environ["WAVELOOM_REAL_DATA"]).rglob("*") if f.suffix in {".wav", ".flac"})
    sounds = [librosa.load(file, sr=RATE, duration=1)[0] for file in files[:: 1 + len(files) // 60]]
    return np.stack([librosa.util.fix_length(sound, size=RATE) for sound in sounds])


def test_mfccs_and_deltas_of_real_recordings_equal_librosa(clips):
    for clip, measured in zip(clips, mfcc(clips, RATE, Features(floor_db=None)), strict=True):
        coefficients = librosa.feature.mfcc(y=clip, sr=RATE)
        expected = [coefficients, *(librosa.feature.delta(coefficients, order=order) for order in (1, 2))]
        np.testing.assert_allclose(measured, expected, rtol=1e-4, atol=2e-3)


@pytest.mark.filterwarnings("ignore:Trying to estimate tuning")
def test_descriptors_of_real_recordings_equal_librosa(clips):
    of = librosa.feature
    for clip in clips:
        measured = measure(clip[None], RATE, Features())
        onsets = librosa.onset.onset_strength(y=clip, sr=RATE)
        expected = {
            "centroid": of.spectral_centroid(y=clip, sr=RATE),
            "bandwidth": of.spectral_bandwidth(y=clip, sr=RATE),
            "rolloff": of.spectral_rolloff(y=clip, sr=RATE),
            "flatness": of.spectral_flatness(y=clip),
            "contrast": of.spectral_contrast(y=clip, sr=RATE),
            "chroma": of.chroma_stft(y=clip, sr=RATE),
            "f0_hz": librosa.yin(clip, fmin=65, fmax=2100, sr=RATE)[None],
            "onset_strength": onsets[None],
            "tempo_bpm": of.tempo(onset_envelope=onsets, sr=RATE)[None],
        }
        for name, values in expected.items():
            ours = np.stack([v[0] for key, v in measured.items() if key.startswith(name)])
            np.testing.assert_allclose(ours.reshape(values.shape), values, rtol=1e-4, atol=2e-3, err_msg=name)
