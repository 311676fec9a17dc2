import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from waveloom.evaluation.evaluate import Evaluate, evaluate
from waveloom.evaluation.report.figures import draw
from waveloom.evaluation.report.page import inline, number, render, words

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
    """Collects what a page refers to, and its ids."""

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
    rules = Evaluate(samples=9, clips=9, folds=3, players=4)
    found = evaluate(corpus.store, corpus.table, conditional, corpus.features, rules, corpus.scaler)
    settings = {"evaluate": {"folds": 3}, "note": EVIL}
    pages = [render(found, draw(found, HISTORY), conditional, RECORDINGS, settings, rules.players) for _ in range(2)]
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


def test_it_counts_the_cost_and_says_where_the_measured_one_is(report, conditional):
    size = sum(weight.size for weight in conditional.weights.values())
    assert f"parameters of the generator</th><td>{size:,}</td>" in report
    assert re.search(r"operations of the network for one sound</th><td>0.0 million", report)
    assert "waveloom results" in report


def test_whatever_data_says_it_stays_text(report):
    assert EVIL not in report
    assert report.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_no_id_is_used_twice_and_each_reference_is_met(report):
    page = Page(report)
    assert len(page.ids) == len(set(page.ids))
    wanted = re.findall(r"url\(#([^)]+)\)", report) + [source[1:] for source in page.sources if source.startswith("#")]
    assert set(wanted) <= set(page.ids)


def test_it_begins_with_words_and_names_what_was_not_measured(report):
    assert report.index('class="verdict"') < report.index("<audio") < report.index("<table")
    assert "not measured (0 listeners)" in report
    assert "no clean original" in report


def test_it_counts_what_was_accepted_and_why_the_rest_was_not(report):
    assert "2 recordings were accepted, 3 rejected." in report
    assert re.search(r"rejected: silent</th><td>2</td>", report)


def test_it_proves_what_the_splits_keep_apart(report):
    said = " ".join(report.split())
    assert "None of the 2 groups they form is in more than one split." in said
    assert "1 hold the sound of another at a different gain, rate or length, 1 of them in another split" in said


def test_every_player_has_a_name_and_every_picture_a_text(report):
    assert Page(report).tags.count("audio") == 12
    assert report.count("<audio controls") == len(re.findall(r'<audio [^>]*aria-label="[^"]+', report))
    assert report.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]+', report))


def test_it_names_the_model_the_parameters_and_the_licences(report, conditional):
    assert conditional.digest in report
    for said in ("recipe.representation", "evaluate.folds", "licences.CC0", "freesound.org/s/1/"):
        assert said in report


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.12345, "0.123"), (-2.0, "\N{MINUS SIGN}2"), (1234, "1,234"), ("not measured", "not measured")],
)
def test_numbers_are_short(value, said):
    assert number(value) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("spectral_snr_db", "spectral SNR, dB"),
        ("si_sdr_db", "SI-SDR, dB"),
        ("frechet_distance_infinite", "Fréchet distance infinite"),
        ("copy_rate", "copy rate"),
    ],
)
def test_names_are_spelled_out(name, said):
    assert words(name) == said


def test_an_inlined_figure_keeps_its_references_to_itself():
    svg = '<?xml version="1.0"?>\n<svg><path id="p" clip-path="url(#c)"/><use href="#p"/></svg>'
    assert inline("x", svg) == '<svg><path id="x-p" clip-path="url(#x-c)"/><use href="#x-p"/></svg>'


def test_failures_and_roll_backs_of_the_training_are_named(corpus, conditional, report):
    assert "How training ended" not in report  # of this model nothing is known
    told = {
        "steps": 12,
        "ended": "train.steps reached",
        "failures": {"one_tone": "100% are one steady tone"},
        "roll_backs": ["Rolled back from step 9 to step 6: hiss"],
    }
    marked = replace(conditional, spec={**conditional.spec, "training": told, "validation_distance": 3.5})
    rules = Evaluate(samples=6, clips=6, folds=3, players=0)
    found = evaluate(corpus.store, corpus.table, marked, corpus.features, rules, corpus.scaler)
    page = render(found, draw(found, HISTORY), marked, RECORDINGS, {}, 0)
    assert "train.steps reached" in page
    assert "<b>one tone</b>: 100% are one steady tone" in page
    assert "<li>Rolled back from step 9 to step 6: hiss</li>" in page


def test_it_says_with_what_it_was_made(report):
    for name in ("python", "tensorflow", "processor", "oneDNN"):
        assert f'<th scope="row">{name}</th>' in report
