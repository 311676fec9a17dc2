from types import ModuleType

import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation.embedding_cache import cache_key, embed_cached
from waveloom.features import Features

CLIPS = np.stack([tone(440), noise()])


class Embedder(ModuleType):
    """Embeds the level of a clip, and counts its calls."""

    def __init__(self, version: str = "1", name: str = "level") -> None:
        super().__init__(name)
        self.calls, self._version = 0, version

    def version(self) -> str:
        return self._version

    def embed(self, clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
        self.calls += 1
        return np.stack([clips.std(axis=1), clips.max(axis=1)], axis=1)


def test_clips_are_embedded_once_and_stored_exactly(tmp_path):
    embedder = Embedder()
    first, second = (embed_cached(embedder, CLIPS, RATE, Features(), tmp_path / "cache") for _ in range(2))
    assert embedder.calls == 1
    assert np.array_equal(first, second)
    assert first.dtype == second.dtype == np.float32


@pytest.mark.parametrize(
    "request_",
    [
        (Embedder("2"), CLIPS, RATE, Features()),
        (Embedder(name="other"), CLIPS, RATE, Features()),
        (Embedder(), CLIPS[::-1], RATE, Features()),
        (Embedder(), CLIPS.reshape(4, -1), RATE, Features()),
        (Embedder(), CLIPS, RATE // 2, Features()),
        (Embedder(), CLIPS, RATE, Features(n_mfcc=13)),
        (Embedder(), CLIPS, RATE, Features(floor_db=-60.0)),
    ],
)
def test_everything_that_affects_the_rows_changes_the_key(request_):
    assert cache_key(*request_) != cache_key(Embedder(), CLIPS, RATE, Features())


def test_the_code_of_the_embeddings_changes_the_key(monkeypatch):
    from waveloom.evaluation import embedding_cache

    before = cache_key(Embedder(), CLIPS, RATE, Features())
    monkeypatch.setattr(embedding_cache, "CODE", embedding_cache.CODE[1:])
    assert cache_key(Embedder(), CLIPS, RATE, Features()) != before


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"not numbers"])
def test_a_broken_file_is_computed_and_written_again(tmp_path, content):
    embedder = Embedder()
    expected = embed_cached(embedder, CLIPS, RATE, Features(), tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert np.array_equal(embed_cached(embedder, CLIPS, RATE, Features(), tmp_path), expected)
    assert np.array_equal(np.load(file), expected)


def test_a_pickle_is_not_loaded(tmp_path):
    embedder = Embedder()
    embed_cached(embedder, CLIPS, RATE, Features(), tmp_path)
    (file,) = tmp_path.iterdir()
    np.save(file, np.array([{}, {}], object), allow_pickle=True)
    assert embed_cached(embedder, CLIPS, RATE, Features(), tmp_path).dtype == np.float32
    assert embedder.calls == 2
