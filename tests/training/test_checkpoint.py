import logging

import numpy as np
import pytest

from waveloom.config.errors import InputError
from waveloom.training import checkpoint


def state(value):
    return {"generator/000": np.full((2, 3), value, np.float32), "seed": np.array([value, 1], np.int64)}


def test_a_saved_state_is_read_back(tmp_path):
    checkpoint.save(tmp_path, 7, state(1), keep=2)
    step, found = checkpoint.latest(tmp_path)
    assert step == 7
    for name, value in state(1).items():
        np.testing.assert_array_equal(found[name], value)
        assert found[name].dtype == value.dtype


def test_without_a_checkpoint_none_is_found(tmp_path):
    assert checkpoint.latest(tmp_path / "absent") is None


def test_the_newest_is_read_and_only_the_last_stay(tmp_path):
    for step in (9, 10, 100):
        checkpoint.save(tmp_path, step, state(step), keep=2)
    assert checkpoint.latest(tmp_path)[0] == 100
    assert sorted(path.name for path in tmp_path.iterdir()) == ["step-00000010", "step-00000100"]


@pytest.mark.parametrize("harm", ["flip", "truncate", "no arrays", "no description", "empty description"])
def test_a_damaged_checkpoint_is_skipped_with_a_warning(tmp_path, caplog, harm):
    checkpoint.save(tmp_path, 1, state(1), keep=2)
    checkpoint.save(tmp_path, 2, state(2), keep=2)
    arrays, description = (tmp_path / "step-00000002" / name for name in ("state.npz", "state.json"))
    intact = arrays.read_bytes()
    if harm == "flip":
        arrays.write_bytes(intact[:100] + bytes([intact[100] ^ 1]) + intact[101:])
    elif harm == "truncate":
        arrays.write_bytes(intact[:-5])
    elif harm == "no arrays":
        arrays.unlink()
    elif harm == "no description":
        description.unlink()
    else:
        description.write_text("")
    with caplog.at_level(logging.WARNING):
        step, found = checkpoint.latest(tmp_path)
    assert step == 1
    assert found["seed"][0] == 1
    assert "step-00000002 is damaged" in caplog.text


def test_a_partial_checkpoint_is_ignored(tmp_path):
    checkpoint.save(tmp_path, 1, state(1), keep=2)
    (tmp_path / "step-00000002.partial").mkdir()
    assert checkpoint.latest(tmp_path)[0] == 1
    checkpoint.save(tmp_path, 2, state(2), keep=2)
    assert checkpoint.latest(tmp_path)[0] == 2


def test_only_a_full_disk_gives_the_advice_to_free_space(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"step 1 could not be saved .* Correct this, and run again"):
        checkpoint.save(tmp_path / "file", 1, state(1), keep=2)
