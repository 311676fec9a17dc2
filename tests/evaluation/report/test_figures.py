import re
import warnings
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from waveloom.evaluation.evaluate import Evaluation
from waveloom.evaluation.metrics import Sounds
from waveloom.evaluation.report.figures import draw

HISTORY = pd.DataFrame(
    {
        "step": [1, 2, 3],
        "discriminator_loss": [1.4, 1.3, 1.2],
        "generator_loss": [0.7, 0.8, 0.9],
        "validation_distance": [np.nan, 5.0, np.nan],
    }
)
PREDICTIONS = pd.DataFrame({"actual": ["<b>", "<b>", "low"], "predicted": ["<b>", "low", "low"]})


def make_evaluation(predictions: pd.DataFrame, count: int = 8) -> Evaluation:
    clips = np.random.default_rng(0).uniform(-0.5, 0.5, (count, 2048)).astype(np.float32)
    sounds = Sounds(clips, 8000, np.zeros((count, 1), np.float32), np.full(count, "<b>"))
    return Evaluation({}, predictions, predictions, pd.DataFrame(), sounds, sounds, sounds, "")


@pytest.fixture(scope="module")
def figures() -> dict[str, str]:
    return draw(make_evaluation(PREDICTIONS), HISTORY)


def test_the_same_numbers_give_the_same_bytes(figures):
    assert draw(make_evaluation(PREDICTIONS), HISTORY) == figures


def test_every_figure_is_valid_xml_without_a_date_and_in_the_text_colour_of_the_page(figures):
    for svg in figures.values():
        ElementTree.fromstring(svg)
        assert "#010203" not in svg
        assert "currentColor" in svg
        assert "<dc:date>" not in svg


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("losses", ["training step", "loss", "validation distance", "discriminator loss"]),
        ("spectra", ["frequency (kHz)", "level (dB re full scale)", "real", "generated"]),
        ("spectrograms", ["frequency (kHz)", "time (s)", "level (dB re full scale)"]),
        ("confusion", ["predicted label (% of each row)", "label of the recording", "&lt;b&gt;"]),
        ("agreement", ["predicted label (% of each row)", "requested label"]),
    ],
)
def test_axes_have_labels_with_units(figures, name, words):
    assert [word for word in words if word not in figures[name]] == []


def test_what_was_not_measured_is_not_drawn_and_two_sounds_are_enough():
    never_validated = HISTORY.assign(validation_distance=np.nan)
    drawn = draw(make_evaluation(PREDICTIONS.iloc[:0], count=2), never_validated)
    assert set(drawn) == {"losses", "spectra", "spectrograms"}


def test_a_generated_sound_is_above_a_real_one_of_its_label():
    even = make_evaluation(PREDICTIONS)
    labelled = [replace(even.real, labels=np.array(names)) for names in (["a", "b"] * 4, ["b"] * 4 + ["a"] * 4)]
    figure = draw(replace(even, generated=labelled[0], real=labelled[1]), HISTORY)["spectrograms"]
    titles = re.findall(r">(a|b)</text>", figure)
    assert titles == ["a", "b"] * 6


@pytest.mark.parametrize("label", ["$x", "$\\frac{$", "a_b^c", "x" * 249, "a\x08\x1b\nb", "caf\u00e9"])
def test_a_label_of_any_characters_is_drawn_literally(label):
    predictions = PREDICTIONS.replace("low", label)
    evaluation = make_evaluation(predictions)
    warnings.filterwarnings("error", message=".*collapsed to zero")
    named = replace(evaluation.real, labels=np.full(8, label))
    for svg in draw(replace(evaluation, real=named, generated=named), HISTORY).values():
        ElementTree.fromstring(svg)
    if label.isprintable() and len(label) < 40:
        assert label in svg
