import pandas as pd
import pytest
from ruamel.yaml import YAML

from waveloom.ingest.doctor.facts import facts
from waveloom.ingest.doctor.show import as_yaml
from waveloom.ingest.doctor.suggestions import clip_unit, suggestions
from waveloom.preparation.config import Prepare

FOLDS = {"classify.folds": 5, "evaluate.folds": 5}


def found(seconds, rates=16_000, labels=None, prepare=None):
    """What is suggested for accepted recordings of these durations and rates, each a group of its own."""
    table = pd.DataFrame({"seconds": seconds, "rate_hz": rates, "label": labels or ["a", "b"] * (len(seconds) // 2)})
    table = table.assign(
        status="accepted", reason="", split="train", channels=1, licence="", group=table.index, domain="", pair=""
    )
    return suggestions(facts(table.assign(peak_db=-1.0, file_peak_db=-1.0)), prepare or Prepare(), FOLDS)


def suggested(seconds=(1.0,) * 20, **kwargs):
    return {suggestion.name: suggestion.value for suggestion in found(seconds, **kwargs)}


def test_nothing_is_suggested_for_sounds_that_suit_the_defaults():
    assert suggested() == {}


def test_long_recordings_give_several_clips_of_one_loudness():
    assert suggested([5.0] * 20) == {
        "prepare.frames": "overlap",
        "prepare.hop_samples": 16_384,
        "prepare.level": "loudness",
        "prepare.level_db": -23.0,
    }


@pytest.mark.parametrize(("seconds", "samples"), [(1.9, 32_768), (1.5, 24_576), (0.4, 8_192)])
def test_a_clip_holds_nine_of_ten_recordings_of_up_to_two_seconds(seconds, samples):
    assert suggested([seconds] * 19 + [30.0]) == {"prepare.samples": samples}


def test_a_lower_rate_is_suggested_with_clips_as_long_as_before():
    assert suggested(rates=8_000) == {"prepare.rate_hz": 8_000, "prepare.samples": 8_192}


def test_a_few_recordings_of_a_lower_rate_or_all_of_a_higher_one_change_nothing():
    assert suggested(rates=[8_000] * 2 + [44_100] * 18) == {}


def test_folds_are_as_many_as_the_smallest_class_has_groups():
    assert suggested(labels=["a"] * 17 + ["b"] * 3) == {"classify.folds": 3, "evaluate.folds": 3}
    assert suggested(labels=["a"] * 19 + ["b"]) == {}  # one group is never tested


def test_windows_around_events_are_left_as_they_are():
    assert suggested([5.0] * 20, prepare=Prepare(frames="events")) == {}


@pytest.mark.parametrize("rate", [4_000, 8_000, 11_025, 22_050, 44_100])
def test_the_length_suggested_for_any_rate_is_a_multiple_of_a_unit(rate):
    parameters = suggested([0.3] * 20, rates=rate, prepare=Prepare(rate_hz=48_000, samples=49_152))
    assert parameters["prepare.samples"] % clip_unit(rate) == 0


def test_suggestions_are_written_as_yaml_that_can_be_copied():
    tree = YAML(typ="safe").load(as_yaml(found([5.0] * 20, labels=["a"] * 17 + ["b"] * 3)))
    assert tree["prepare"] == {"frames": "overlap", "hop_samples": 16_384, "level": "loudness", "level_db": -23.0}
    assert tree["evaluate"] == {"folds": 3}
