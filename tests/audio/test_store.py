from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.sounds import noise
from waveloom.audio.store import open_store, write
from waveloom.config.errors import InputError

CLIPS = noise(0.1 * 150, seed=1).reshape(150, 1600)
INDEX = pd.DataFrame({"clip_id": [f"c{n:03d}" for n in range(150)], "label": ["a", "b", "c"] * 50})


def chunked(size: int):
    for start in range(0, len(CLIPS), size):
        yield INDEX[start : start + size], CLIPS[start : start + size]


def made(folder: Path, size: int = 64):
    write(folder, chunked(size), 16_000, 1600)
    return open_store(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_clips_are_read_as_written(tmp_path):
    store = made(tmp_path / "clips")
    assert (len(store), store.rate_hz, store.samples) == (150, 16_000, 1600)
    np.testing.assert_array_equal(store.read(np.arange(150)), CLIPS)
    pd.testing.assert_frame_equal(store.index, INDEX)


@pytest.mark.parametrize("rows", [[3, 149, 0, 3], [], [70]])
def test_rows_are_read_in_the_requested_order(tmp_path, rows):
    np.testing.assert_array_equal(made(tmp_path / "clips").read(np.array(rows)), CLIPS[np.array(rows, int)])


def test_rows_may_be_a_mask(tmp_path):
    store = made(tmp_path / "clips")
    mask = (store.index["label"] == "b").to_numpy()
    np.testing.assert_array_equal(store.read(mask), CLIPS[1::3])
    assert [len(rows) for rows, _ in store.chunks(20, mask)] == [20, 20, 10]


def test_chunks_cover_all_clips(tmp_path):
    rows, clips = zip(*made(tmp_path / "clips").chunks(64), strict=True)
    np.testing.assert_array_equal(np.concatenate(clips), CLIPS)
    assert pd.concat(rows)["clip_id"].tolist() == INDEX["clip_id"].tolist()


def test_equal_clips_give_equal_bytes_for_any_chunks(tmp_path):
    for name, size in {"a": 64, "b": 64, "c": 7}.items():
        made(tmp_path / name, size)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") == contents(tmp_path / "c")


def test_the_digest_changes_with_a_sample_or_an_id(tmp_path):
    digests = {made(tmp_path / "a").digest}
    write(tmp_path / "b", [(INDEX, np.where(np.arange(1600) == 5, CLIPS + 1e-3, CLIPS))], 16_000, 1600)
    write(tmp_path / "c", [(INDEX.assign(clip_id=INDEX["clip_id"][::-1].to_numpy()), CLIPS)], 16_000, 1600)
    assert len(digests | {open_store(tmp_path / name).digest for name in "bc"}) == 3


def test_a_store_without_clips_says_what_to_do(tmp_path):
    with pytest.raises(InputError, match="no recording was accepted"):
        write(tmp_path / "clips", [], 16_000, 1600)


def test_a_write_that_was_killed_leaves_the_old_store_and_the_next_succeeds(tmp_path):
    before = made(tmp_path / "clips").digest

    def broken():
        yield INDEX[:64], CLIPS[:64]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "clips", broken(), 16_000, 1600)
    assert open_store(tmp_path / "clips").digest == before
    assert made(tmp_path / "clips", 10).digest == before
    assert [p.name for p in tmp_path.iterdir()] == ["clips"]


def test_a_missing_store_is_an_error_with_its_path(tmp_path):
    with pytest.raises(InputError, match="holds no clips"):
        open_store(tmp_path / "nowhere")


def test_the_mean_of_two_channels_is_read_unless_both_are_requested(tmp_path):
    both = np.stack([CLIPS, 0.5 * CLIPS], axis=1).astype(np.float32)
    write(tmp_path / "clips", [(INDEX, both)], 16_000, 1600)
    store = open_store(tmp_path / "clips")
    assert (store.channels, store.samples) == (2, 1600)
    np.testing.assert_array_equal(store.read(np.array([5, 2]), 2), both[[5, 2]])
    np.testing.assert_allclose(store.read(np.array([5, 2])), 0.75 * CLIPS[[5, 2]], rtol=1e-6)
    assert store.read(np.array([], int), 2).shape == (0, 2, 1600)
    assert next(store.chunks(64, channels=2))[1].shape == (64, 2, 1600)


def test_a_write_that_fails_leaves_the_old_clips(tmp_path):
    made(tmp_path / "clips")

    def broken():
        yield next(chunked(64))
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"No space left on device.*the previous version is unchanged"):
        write(tmp_path / "clips", broken(), 16_000, 1600)
    assert [path.name for path in tmp_path.iterdir()] == ["clips"]
    np.testing.assert_array_equal(open_store(tmp_path / "clips").read(np.arange(150)), CLIPS)
