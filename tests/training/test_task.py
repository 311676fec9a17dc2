from dataclasses import replace

import numpy as np
import pytest

from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.errors import InputError
from waveloom.training.task import task, within_band
from waveloom.training.validation import hold_out


@pytest.fixture
def store(tmp_path):
    return small.store(tmp_path / "clips")


def test_labels_are_indexed_by_name_and_only_the_training_split_is_learned(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    assert known.names == ["high", "low"]
    assert [known.names[i] for i in known.labels] == store.index["label"].tolist()
    assert set(store.index["split"].iloc[known.rows]) == {"train"}
    assert known.classes == 2
    assert task(store, small.table(store), small.recipe(condition="none"), small.RULES).classes == 0


def test_the_table_is_put_in_the_order_of_the_clips(store):
    shuffled = small.table(store).sample(frac=1, random_state=0)
    known = task(store, shuffled, small.recipe(), small.RULES)
    assert known.table["clip_id"].tolist() == store.index["clip_id"].tolist()


def test_a_table_of_other_clips_is_refused(store):
    with pytest.raises(InputError, match="features stage again"):
        task(store, small.table(store).iloc[1:], small.recipe(), small.RULES)


def test_a_batch_larger_than_the_training_split_is_refused(store):
    with pytest.raises(InputError, match=r"batch_size is 64.*has 36 clips"):
        task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=64))


def test_a_label_without_training_clips_is_refused_by_name(store):
    store.index.loc[store.index["label"] == "high", "split"] = "test"
    with pytest.raises(InputError, match="'high' has no clip in the training split"):
        task(store, small.table(store), small.recipe(), replace(small.RULES, batch_size=4))


def test_validation_needs_held_out_clips(store):
    store.index["split"] = "train"
    known = task(store, small.table(store), small.recipe(), small.RULES)
    with pytest.raises(InputError, match=r"validation split has 0 clips.*validate_every to 0"):
        hold_out(known, small.RULES, small.FEATURES, small.scaler(store))


def test_the_held_out_clips_themselves_lie_nearest(store):
    known = task(store, small.table(store), small.recipe(), small.RULES)
    validation = hold_out(known, small.RULES, small.FEATURES, small.scaler(store))
    held = store.read(np.flatnonzero(store.index["split"] == "validation"))
    by_label = {label: held[known.labels[known.table["split"] == "validation"] == label] for label in (0, 1)}

    def real(noise, labels):
        seen = {0: iter(by_label[0]), 1: iter(by_label[1])}
        return np.stack([next(seen[int(label)]) for label in labels])

    _, near, wrong = validation.measure(real)
    draw = np.random.default_rng(0)
    clips, far, hiss = validation.measure(lambda noise, labels: draw.uniform(-1, 1, (len(noise), 256)))
    assert clips.shape == (8, 256)
    assert near < 0.2 * far
    assert wrong == {}
    assert "hiss" in hiss


def test_decoded_sounds_stay_within_the_band_of_the_training_clips_alone(store):
    known = within_band(task(store, small.table(store), small.recipe(), small.RULES))
    noise = np.random.default_rng(0).uniform(-1, 1, (3, small.SAMPLES)).astype(np.float32)
    before, after = (np.abs(np.fft.rfft(sounds * np.hanning(small.SAMPLES))) for sounds in (noise, known.decode(noise)))
    beyond = np.fft.rfftfreq(small.SAMPLES, 1 / small.RATE) > 1050  # the highest tone has 876 Hz
    assert after[:, beyond].max() < 0.01 * before[:, beyond].max()
    assert after[:, ~beyond].max() > 0.5 * before[:, ~beyond].max()


def test_clips_that_fill_the_band_set_no_limit_and_nothing_is_filtered(store, tmp_path):
    clips = np.random.default_rng(0).uniform(-1, 1, (small.CLIPS, small.SAMPLES)).astype(np.float32)
    write(tmp_path / "noise", [(store.index, clips)], small.RATE, small.SAMPLES)
    full = open_store(tmp_path / "noise")
    known = within_band(task(full, small.table(full), small.recipe(), small.RULES))
    assert known.bandwidth_hz is None
    np.testing.assert_array_equal(known.decode(clips), clips)
