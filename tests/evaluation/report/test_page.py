import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.report.figures import draw
from waveloom.evaluation.report.page import inline, number, readable_name, render

EVIL = "<script>alert(1)</script>"
RECORDINGS = pd.DataFrame(
    {
        "name": ["a", "b", "c", "d", "e"],
        "label": ["x", "x", "x", "x", ""],
        "group": ["g", "h", "g", "g", "g"],
        "similar_to": ["", "a", "", "", ""],
        "status": ["accepted", "accepted", "rejected", "rejected", "rejected"],
        "reason": ["", "", "silent", "silent", f"unreadable {EVIL}"],
        "licence": ["CC0", EVIL, "", "", ""],
        "attribution": ["https://freesound.org/s/1/", f'"{EVIL}', "", "", ""],
        "split": ["train", "test", "", "", ""],
    }
)
HISTORY = pd.DataFrame(
    {
        "step": [1, 2],
        "discriminator_loss": [1.4, 1.3],
        "generator_loss": [0.7, 0.8],
        "validation_distance": [np.nan, 5.0],
    }
)


class Page(HTMLParser):
    """Collects the tags, ids and references of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.sources: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        named = {name: value or "" for name, value in attrs}
        self.ids += [named["id"]] if "id" in named else []
        self.sources += [named[name] for name in ("src", "href", "xlink:href") if name in named]


@pytest.fixture(scope="module")
def report(corpus, conditional) -> str:
    config = Evaluate(samples=9, clips=9, folds=3, players=4)
    found = evaluate(corpus.store, corpus.table, conditional, corpus.features, config, corpus.scaler)
    settings = {"evaluate": {"folds": 3}, "note": EVIL}
    pages = [render(found, draw(found, HISTORY), conditional, RECORDINGS, settings, config.players) for _ in range(2)]
    assert pages[0] == pages[1]
    return pages[0]


def test_it_needs_no_network_and_no_script(report):
    page = Page(report)
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert [source for source in page.sources if not source.startswith(("data:", "#"))] == []
    assert not re.search(r"url\(\s*[\"']?https?:|@import", report)


def test_every_link_leads_to_a_section_of_the_page(report):
    page = Page(report)
    links = re.findall(r'<a href="#([^"]+)"', report)
    assert links == ["listen", "measures", "figures", "material", "again"]
    assert set(links) <= set(page.ids)


def test_it_has_the_counted_cost_and_says_where_the_measured_cost_is(report, conditional):
    size = sum(weight.size for weight in conditional.weights.values())
    assert f"parameters of the generator</th><td>{size:,}</td>" in report
    assert re.search(r"operations per sound</th><td>0.0 million", report)
    assert "waveloom results" in report


def test_data_is_escaped(report):
    assert EVIL not in report
    assert report.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_ids_are_unique_and_references_resolve(report):
    page = Page(report)
    assert len(page.ids) == len(set(page.ids))
    references = re.findall(r"url\(#([^)]+)\)", report) + [
        source[1:] for source in page.sources if source.startswith("#")
    ]
    assert set(references) <= set(page.ids)


def test_it_starts_with_the_summary_and_names_what_was_not_measured(report):
    assert report.index('class="summary"') < report.index("<audio") < report.index("<table")
    assert "not measured (0 listeners)" in report
    assert "no clean original" in report


def test_it_counts_accepted_and_rejected_recordings(report):
    assert "2 recordings were accepted, 3 rejected." in report
    assert re.search(r"rejected: silent</th><td>2</td>", report)


def test_it_reports_groups_and_similar_recordings_across_splits(report):
    text = " ".join(report.split())
    assert "None of the 2 groups they form is in more than one split." in text
    assert "1 contain the sound of another at a different gain, rate or length, 1 of them in another split" in text


def test_every_player_has_a_name_and_every_picture_a_text(report):
    assert Page(report).tags.count("audio") == 12
    assert report.count("<audio controls") == len(re.findall(r'<audio [^>]*aria-label="[^"]+', report))
    assert report.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]+', report))


def test_it_names_model_parameters_and_licences(report, conditional):
    assert conditional.digest in report
    for text in ("recipe.representation", "evaluate.folds", "licences.CC0", "freesound.org/s/1/"):
        assert text in report


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (-2.0, "\N{MINUS SIGN}2"), (1234, "1,234"), ("not measured", "not measured")],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("spectral_snr_db", "spectral SNR, dB"),
        ("si_sdr_db", "SI-SDR, dB"),
        ("frechet_distance_infinite", "Fréchet distance infinite"),
        ("copy_rate", "copy rate"),
    ],
)
def test_names_are_readable(name, text):
    assert readable_name(name) == text


def test_an_inlined_figure_refers_to_its_own_ids():
    svg = '<?xml version="1.0"?>\n<svg><path id="p" clip-path="url(#c)"/><use href="#p"/></svg>'
    assert inline("x", svg) == '<svg><path id="x-p" clip-path="url(#x-c)"/><use href="#x-p"/></svg>'


def test_failures_and_roll_backs_of_training_are_listed(corpus, conditional, report):
    assert "End of training" not in report  # this model has no training record
    training = {
        "steps": 12,
        "ended": "train.steps reached",
        "failures": {"one_tone": "100% are one steady tone"},
        "roll_backs": ["Rolled back from step 9 to step 6: hiss"],
    }
    marked = replace(conditional, spec={**conditional.spec, "training": training, "validation_distance": 3.5})
    config = Evaluate(samples=6, clips=6, folds=3, players=0)
    found = evaluate(corpus.store, corpus.table, marked, corpus.features, config, corpus.scaler)
    page = render(found, draw(found, HISTORY), marked, RECORDINGS, {}, 0)
    assert "train.steps reached" in page
    assert "<b>one tone</b>: 100% are one steady tone" in page
    assert "<li>Rolled back from step 9 to step 6: hiss</li>" in page


def test_it_lists_the_environment(report):
    for name in ("python", "tensorflow", "processor", "oneDNN"):
        assert f'<th scope="row">{name}</th>' in report
