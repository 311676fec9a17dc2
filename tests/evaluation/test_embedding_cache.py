from types import ModuleType

import numpy as np
import pytest

from tests.sounds import RATE, noise, tone
from waveloom.evaluation.embedding_cache import embedded, key
from waveloom.features import Features

CLIPS = np.stack([tone(440), noise()])


class Ear(ModuleType):
    """Hears the level of a clip, and counts how often it is asked."""

    def __init__(self, version: str = "1", name: str = "ear") -> None:
        super().__init__(name)
        self.asked, self._version = 0, version

    def version(self) -> str:
        return self._version

    def embed(self, clips: np.ndarray, rate_hz: int, features: Features) -> np.ndarray:
        self.asked += 1
        return np.stack([clips.std(axis=1), clips.max(axis=1)], axis=1)


def test_clips_are_heard_once_and_remembered_to_the_bit(tmp_path):
    ear = Ear()
    first, second = (embedded(ear, CLIPS, RATE, Features(), tmp_path / "memory") for _ in range(2))
    assert ear.asked == 1
    assert np.array_equal(first, second)
    assert first.dtype == second.dtype == np.float32


@pytest.mark.parametrize(
    "asked",
    [
        (Ear("2"), CLIPS, RATE, Features()),
        (Ear(name="other"), CLIPS, RATE, Features()),
        (Ear(), CLIPS[::-1], RATE, Features()),
        (Ear(), CLIPS.reshape(4, -1), RATE, Features()),
        (Ear(), CLIPS, RATE // 2, Features()),
        (Ear(), CLIPS, RATE, Features(n_mfcc=13)),
        (Ear(), CLIPS, RATE, Features(floor_db=-60.0)),
    ],
)
def test_whatever_shapes_the_rows_has_its_own_place(asked):
    assert key(*asked) != key(Ear(), CLIPS, RATE, Features())


def test_the_code_of_the_embeddings_shapes_the_rows(monkeypatch):
    from waveloom.evaluation import embedding_cache as memory

    before = key(Ear(), CLIPS, RATE, Features())
    monkeypatch.setattr(memory, "CODE", memory.CODE[1:])
    assert key(Ear(), CLIPS, RATE, Features()) != before


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"not numbers"])
def test_a_broken_file_is_heard_again_and_mended(tmp_path, content):
    ear = Ear()
    expected = embedded(ear, CLIPS, RATE, Features(), tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert np.array_equal(embedded(ear, CLIPS, RATE, Features(), tmp_path), expected)
    assert np.array_equal(np.load(file), expected)


def test_a_pickle_in_its_place_is_not_opened(tmp_path):
    ear = Ear()
    embedded(ear, CLIPS, RATE, Features(), tmp_path)
    (file,) = tmp_path.iterdir()
    np.save(file, np.array([{}, {}], object), allow_pickle=True)
    assert embedded(ear, CLIPS, RATE, Features(), tmp_path).dtype == np.float32
    assert ear.asked == 2
