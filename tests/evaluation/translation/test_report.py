import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from tests.evaluation.translation.conftest import make_model, perfect
from waveloom.evaluation.evaluate import Evaluate
from waveloom.evaluation.translation.evaluate import evaluate_translator
from waveloom.evaluation.translation.report import figures, page
from waveloom.evaluation.translation.report.directions import direction_table
from waveloom.evaluation.translation.report.examples import evenly_spaced, examples
from waveloom.tracking.headline_metrics import headline

HISTORY = pd.DataFrame(
    {
        "step": [1, 2],
        "discriminator_loss": [1.0, 0.9],
        "generator_loss": [1.0, 0.8],
        "validation_distance": [np.nan, 2.0],
    }
)


@pytest.fixture(scope="module")
def evaluation(paired):
    return evaluate_translator(perfect(paired), None, make_model(), paired, Evaluate(samples=9))


@pytest.fixture(scope="module")
def report(evaluation, paired) -> str:
    recordings = paired.recordings.assign(reason="", licence="CC0", attribution="", similar_to=None)
    settings = {"prepare": {}, "features": {}, "evaluate": {"players": 3}}
    return page.render(evaluation, figures.draw(evaluation, HISTORY), make_model(), recordings, settings)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.addresses += [value for name, value in attrs if name in ("src", "href") and value]


def test_every_example_has_input_output_and_true_target_in_one_group(report):
    tags = Tags()
    tags.feed(report)
    assert report.count("<li data-example>") == 3
    assert tags.counts["audio"] == 9
    assert tags.counts["button"] == 9


def test_the_page_needs_no_network(report):
    tags = Tags()
    tags.feed(report)
    assert all(address.startswith(("data:", "#")) for address in tags.addresses)


def test_the_script_is_the_one_that_the_page_allows(report):
    import base64
    import hashlib

    script = re.search(r"<script>(.*?)</script>", report, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in report


def test_every_system_is_in_the_table_and_every_meaning_on_the_page(report):
    for title in ("Translated", "Do nothing", "Mean equaliser", "Musaicing", "Round trip of the target", "True target"):
        assert f">{title}</th>" in report
    assert "Onset F1:" in report
    assert "Kernel distance:" in report


def test_the_summary_compares_the_style_and_the_distance_with_doing_nothing(report):
    summary = " ".join(re.search(r'<p class="summary">(.*?)</p>', report, re.DOTALL)[1].split())
    assert "of untouched sources" in summary
    assert "distance to the true target is 0.0" in summary


def test_figures_are_drawn_for_headline_numbers_spectrograms_losses_and_confusion(evaluation):
    assert set(figures.draw(evaluation, HISTORY)) == {"losses", "spectrograms", "standing", "confusion"}


def test_the_same_evaluation_gives_the_same_figures(evaluation):
    assert figures.draw(evaluation, HISTORY) == figures.draw(evaluation, HISTORY)


def test_examples_are_spread_over_all_translations_and_the_first_two_lie_far_apart():
    assert evenly_spaced(9, 3) == [0, 4, 8] or sorted(evenly_spaced(9, 3)) == [0, 4, 8]
    assert len(set(evenly_spaced(100, 8))) == 8
    assert abs(np.diff(evenly_spaced(100, 8)[:2])[0]) > 40
    assert evenly_spaced(0, 3) == []
    assert evenly_spaced(2, 5) == [0, 1]


def test_no_more_examples_are_shown_than_asked_for(evaluation):
    assert len(examples(evaluation.outputs, 2)) == 2
    assert examples(evaluation.outputs, 0) == []


def test_the_table_of_directions_has_one_row_for_each(evaluation):
    table = direction_table(evaluation)
    assert "saw to sine" in table.index
    assert table["log_spectral_distance_db"].max() == pytest.approx(0, abs=0.05)


def test_the_headline_of_a_translator_has_do_nothing_and_true_target_beside_it(evaluation):
    found = headline(evaluation.metrics)
    assert found["translation_style_accuracy"] > 0.9 > found["translation_style_accuracy_source"]
    low, high = (found[f"translation_log_spectral_distance_db_{limit}"] for limit in ("lower", "upper"))
    assert low <= found["translation_log_spectral_distance_db"] <= high
    assert all(isinstance(value, float) for value in found.values())
