"""The figures of merit on real recordings: WAVELOOM_REAL_DATA names a folder of sounds, at any depth."""

import os
from pathlib import Path

import librosa
import numpy as np
import pytest

from waveloom.features import Features
from waveloom.features.mfcc import mfcc

pytestmark = pytest.mark.skipif("WAVELOOM_REAL_DATA" not in os.environ, reason="WAVELOOM_REAL_DATA names no folder")


def test_real_recordings_have_the_coefficients_and_slopes_librosa_gives():
    found = sorted(f for f in Path(os.environ["WAVELOOM_REAL_DATA"]).rglob("*") if f.suffix in {".wav", ".flac"})
    sounds = [librosa.load(file, sr=16000, duration=1)[0] for file in found[:: 1 + len(found) // 60]]
    clips = np.stack([librosa.util.fix_length(sound, size=16000) for sound in sounds])
    for clip, measured in zip(clips, mfcc(clips, 16000, Features()), strict=True):
        coefficients = librosa.feature.mfcc(y=clip, sr=16000)
        expected = [coefficients, *(librosa.feature.delta(coefficients, order=order) for order in (1, 2))]
        np.testing.assert_allclose(measured, expected, rtol=1e-4, atol=2e-3)
