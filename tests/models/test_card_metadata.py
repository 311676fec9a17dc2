"""The head of a model card, as a model hub reads it."""

import pytest
from ruamel.yaml import YAML

from waveloom.models.card_metadata import metadata


def read(kind, licences):
    first, *lines, last, empty = metadata(kind, {"licences": licences})
    assert (first, last, empty) == ("---", "---", "")
    return YAML(typ="safe").load("\n".join(lines))


@pytest.mark.parametrize(
    ("licences", "name"),
    [
        ({"CC0-1.0": 12}, "cc0-1.0"),
        ({"CC-BY-4.0": 3}, "cc-by-4.0"),
        ({"GPL-2.0-only": 3}, "gpl-2.0"),
        ({"GPL-2.0-only": 3, "GPL-2.0-or-later": 1}, "gpl-2.0"),
        ({"CC0-1.0": 12, "CC-BY-4.0": 3}, "other"),
        ({"": 3}, "other"),
        ({"ask me: # first": 3}, "other"),
        ({}, "other"),
    ],
)
def test_the_licence_is_that_of_the_training_sounds_if_it_is_one_that_hubs_know(licences, name):
    assert read("generator", licences)["license"] == name


def test_a_translator_has_the_task_of_hubs_and_a_generator_has_none():
    assert read("translator", {})["pipeline_tag"] == "audio-to-audio"
    assert "pipeline_tag" not in read("generator", {})
    assert read("classifier", {})["tags"] == ["audio", "audio-classification"]
