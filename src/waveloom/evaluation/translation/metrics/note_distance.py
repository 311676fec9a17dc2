"""Distance between the notes of output and source, as a transcription network recognises them."""

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.resample import resample
from waveloom.evaluation.translation.sound import Sound
from waveloom.models.packaged_weights import Weights

AGAINST = "source"
MEANING = (
    "Note distance: distance between the note probabilities (88 pitches over time) that the transcription network "
    "Basic Pitch (Bittner et al., 2022) finds in output and source: the sum of the absolute differences over the sum "
    "of the larger values; 0 for equal notes, 1 where no note is common (weights: basic-pitch, Apache-2.0)."
)
BETTER = {"note_distance": "lower"}
UNITS = {"note_distance": ""}
WEIGHTS = Weights(
    "basic_pitch",
    "saved_models/icassp_2022",
    {"nmp.onnx": "2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec"},
)
RATE_HZ = 22_050
WINDOW = 43_844  # samples of one input of the network: about 2 s
OVERLAP_FRAMES = 30  # of 256 samples; half of them are cut at either side of the output of a window
_HOP = 256  # samples
_LEAST = 0.1  # a lower probability is no note


def missing() -> str:
    """The reason why it is not available and how to install it, or ""."""
    if WEIGHTS.missing():
        return "not installed: make setup brings it, or pip install --no-deps basic-pitch==0.4.0"
    if find_spec("onnxruntime") is None:
        return "not installed: make setup brings onnxruntime, or pip install onnxruntime"
    return ""


def score(output: Sound, reference: Sound) -> dict[str, float]:
    """Compare the note probabilities; no number if neither sound has a note."""
    found, expected = output.measured(notes), reference.measured(notes)
    union = float(np.maximum(found, expected).sum())
    return {"note_distance": float(np.abs(found - expected).sum()) / union} if union else {}


def notes(sound: Sound) -> np.ndarray:
    """Probability of each of 88 pitches from A0 up, at least `_LEAST` or 0: (frames, 88) float32."""
    samples = resample(Clip(sound.samples, sound.rate_hz), RATE_HZ).samples
    margin = OVERLAP_FRAMES // 2
    padded = np.pad(samples, (margin * _HOP, 0))
    starts = range(0, len(samples), WINDOW - OVERLAP_FRAMES * _HOP)
    windows = [np.pad(piece := padded[start : start + WINDOW], (0, WINDOW - len(piece))) for start in starts]
    batch = np.stack(windows)[:, :, None].astype(np.float32)
    (parts,) = _network().run(["StatefulPartitionedCall:1"], {"serving_default_input_2:0": batch})
    found = np.concatenate([part[margin : len(part) - margin] for part in parts])[: len(samples) // _HOP]
    return np.where(found < _LEAST, np.float32(0), found)


@lru_cache(maxsize=1)
def _network() -> Any:
    """The network, with one thread: the same sums on every machine."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return InferenceSession(str(WEIGHTS.checked() / "nmp.onnx"), options, providers=["CPUExecutionProvider"])
