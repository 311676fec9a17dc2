from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.conftest import make_model
from tests.similarity.test_copies import RATE, later, plucks
from waveloom.config.errors import InputError
from waveloom.generation.exported_model import export, load_exported
from waveloom.generation.latents import draw
from waveloom.generation.sampler import MAX_REDRAWS, Sampler
from waveloom.models.files import load_model, save_model
from waveloom.similarity.training_sounds import TrainingSounds, measure_training_sounds

SOUNDS = plucks(60, 0)
GROUPS = np.array([f"group {number // 2}" for number in range(len(SOUNDS))])


def test_training_sounds_are_copies_louder_or_later_and_new_noise_is_none():
    found = measure_training_sounds([SOUNDS[:40], SOUNDS[40:]], GROUPS, RATE)
    assert found.levels.dtype == np.uint8
    assert 0.5 < found.copy_threshold < 1
    assert found.are_copies(SOUNDS).all()
    assert found.are_copies(0.1 * later(SOUNDS, 300)).mean() > 0.9
    assert found.are_copies(plucks(60, 1)).mean() < 0.1


def test_the_threshold_is_exceeded_by_one_in_twenty_real_sounds_of_other_groups():
    found = measure_training_sounds([SOUNDS], GROUPS, RATE)
    alike = [
        TrainingSounds(found.levels[own != GROUPS], found.copy_threshold, RATE).are_copies(one[None])[0]
        for one, own in zip(SOUNDS, GROUPS, strict=True)
    ]
    assert np.mean(alike) == pytest.approx(0.05, abs=0.02)


def test_with_one_group_nothing_is_a_copy():
    assert not measure_training_sounds([SOUNDS], np.full(len(SOUNDS), "one"), RATE).are_copies(SOUNDS).any()


def knowing(seeds: range, labels: list[str]):
    """A model that stores its first sounds of these seeds as training sounds."""
    plain = make_model(["high", "low", "noise"])
    first = Sampler(plain).clips_from_latents(draw(seeds, 4), labels)
    levels = measure_training_sounds([first], np.arange(len(first)), plain.spec["rate_hz"]).levels
    return plain, replace(plain, training_sounds=levels, spec={**plain.spec, "copy_threshold": 0.99})


def test_a_copy_is_replaced_by_the_same_sound_each_time_and_in_any_batch():
    plain, model = knowing(range(3), ["low"] * 3)
    clips, again = Sampler(model).clips_and_redraws(range(6), ["low"] * 6)
    assert (again[:3] > 0).all()
    assert not (again[3:] == MAX_REDRAWS).all()
    np.testing.assert_array_equal(clips[again == 0], Sampler(plain).clips(range(6), ["low"] * 6)[again == 0])
    np.testing.assert_array_equal(clips[1], Sampler(model).clips([1], ["low"])[0])
    second = Sampler(plain).clips_from_latents(draw([1], 4, int(again[1])), ["low"])
    np.testing.assert_array_equal(clips[1], second[0])


def test_training_sounds_are_part_of_the_digest_the_file_and_the_export_of_a_model(tmp_path):
    plain, model = knowing(range(3), ["low"] * 3)
    assert model.digest != plain.digest
    save_model(tmp_path / "model", model)
    np.testing.assert_array_equal(load_model(tmp_path / "model").training_sounds, model.training_sounds)
    export(model, tmp_path / "export", "onnx")
    np.testing.assert_allclose(
        Sampler(load_exported(tmp_path / "export")).clips([0, 4], ["low", "high"]),
        Sampler(model).clips([0, 4], ["low", "high"]),
        atol=1e-4,
    )
    (tmp_path / "export" / "training_sounds.npy").write_bytes(b"")
    with pytest.raises(InputError, match=r"training_sounds\.npy is not the one that was exported"):
        load_exported(tmp_path / "export")


def test_with_few_sounds_of_other_groups_the_threshold_still_depends_on_these():
    groups = np.array(["many"] * 57 + ["few"] * 3)
    assert measure_training_sounds([SOUNDS], groups, RATE).copy_threshold < 0.95
