"""From a table with descriptions of its sounds to texts that select them, on the command line."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import soundfile
from typer.testing import CliRunner

from tests.sounds import noise, tone
from tests.training import small
from waveloom.audio.store import open_store, write
from waveloom.commands.app import app
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.generation.text import sentence_embedding
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.models.files import load_model, save_model
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare
from waveloom.training.train import train

RATE, SAMPLES = 8000, 2048
HERTZ = {"Low Hum": 300, "High Whistle": 2000}
CORPUS = {
    "corpus": "manifest",
    "options": {"root": ".", "table": "descriptions.csv", "file": "{file}", "label": "{label}"},
    "validation": 0,
    "test": 0,
    "min_seconds": 0.1,
}
LOOM = {
    "generators": {
        "loom": {
            "stored": {"sounds": 24, "neighbours": 1, "knots": [1, 1], "pitch": 0, "speed": 0},
            "refinement": {"width": 8, "style": 8},
        }
    },
    "discriminators": {"residual": {"width": 8, "style": 8}},
    "representations": {"spectrogram": {"n_fft": 256, "hop": 64}},
}

needs_text = pytest.mark.skipif(sentence_embedding.missing(), reason="the extra `text` is not installed")


@pytest.fixture(scope="module")
def generator(tmp_path_factory):
    """A folder with a loom trained on six hums and six whistles of one label, and on noise without descriptions."""
    base = tmp_path_factory.mktemp("described")
    rows = [(f"{text[0]}{n}.wav", "beep", text, tone(hertz + 5 * n)) for n in range(6) for text, hertz in HERTZ.items()]
    rows += [(f"noise{n}.wav", "hiss", "", noise(1.0, seed=n)) for n in range(6)]
    for file, _, _, samples in rows:
        soundfile.write(base / file, samples, 16_000)
    pd.DataFrame([row[:3] for row in rows], columns=["file", "label", "description"]).to_csv(base / "descriptions.csv")
    rules = Prepare(rate_hz=RATE, samples=SAMPLES)
    table = recordings(read_config(Ingest, CORPUS, "ingest"), base / "out", base)
    write(base / "clips", prepare(table, rules, base), RATE, SAMPLES)
    store = open_store(base / "clips")
    recipe = small.recipe(
        generator="loom",
        discriminator="residual",
        representation="spectrogram",
        objective="hinge",
        noise=8,
        options=LOOM,
    )
    model, _ = train(small.data(store), recipe, replace(small.CONFIG, steps=1, validate_every=0), base / "work")
    save_model(base / "generator", model)
    return base / "generator"


def generate(model, out, *options):
    return CliRunner().invoke(app, ["generate", str(out), "--model", str(model), *options])


def hertz(file) -> float:
    samples, rate = soundfile.read(file)
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


def test_a_description_selects_its_own_sounds_for_every_seed(generator, tmp_path):
    result = generate(generator, tmp_path / "low", "--text", "low hum", "--count", "12")
    assert "low hum: beep (by name); of these Low Hum (1.00)\n12 sounds in" in result.output, result.exception
    generate(generator, tmp_path / "high", "--text", "high whistles", "--count", "12")
    generate(generator, tmp_path / "both", "--label", "beep", "--count", "12")
    low, high, both = ([hertz(f) for f in (tmp_path / name).iterdir()] for name in ("low", "high", "both"))
    assert len(low) == len(high) == 12
    assert max(low) < 400
    assert min(high) > 1900
    assert min(both) < 400 < 1900 < max(both)


@needs_text
def test_other_wording_selects_the_sounds_of_the_most_similar_description(generator, tmp_path):
    result = generate(generator, tmp_path, "--text", "someone whistling a high tone", "--count", "3")
    assert "of these High Whistle (0." in result.output, result.exception
    assert min(hertz(file) for file in tmp_path.iterdir()) > 1900


def test_metadata_and_json_state_the_match_and_its_description_gives_the_same_sound_again(generator, tmp_path):
    result = generate(generator, tmp_path / "a", "--text", "low hum", "--seed", "7", "--count", "1", "--json")
    (row,) = json.loads(result.stdout)
    assert row == {
        "file": str(tmp_path / "a/beep-Low_Hum-0007.wav"),
        "seed": 7,
        "origin": "seed 7 called Low Hum",
        "label": "beep",
        "text": "low hum",
        "similarity": 1.0,
        "matched_by": "name",
        "description": "Low Hum",
        "description_similarity": 1.0,
    }
    with soundfile.SoundFile(row["file"]) as file:
        digest = load_model(generator).digest
        assert (file.title, file.comment) == ("beep", f"model {digest} seed 7 called Low Hum")
    generate(generator, tmp_path / "b", "--text", "Low Hum", "--seed", "7", "--count", "1")
    assert (tmp_path / "b/beep-Low_Hum-0007.wav").read_bytes() == (tmp_path / "a/beep-Low_Hum-0007.wav").read_bytes()


def test_several_descriptions_of_one_label_and_the_label_itself_each_have_their_sounds(generator, tmp_path):
    options = [option for text in ("low hum", "high whistle", "beep", "hiss") for option in ("--text", text)]
    rows = json.loads(generate(generator, tmp_path, *options, "--count", "1", "--json").stdout)
    assert [(row["text"], row["label"], row["description"]) for row in rows] == [
        ("low hum", "beep", "Low Hum"),
        ("high whistle", "beep", "High Whistle"),
        ("beep", "beep", ""),
        ("hiss", "hiss", ""),
    ]
    assert len({row["file"] for row in rows}) == 4 == len(list(tmp_path.iterdir()))


@pytest.mark.parametrize("options", [["--interpolate", "1", "2", "--count", "5"], ["--control", "brightness=0.5"]])
def test_interpolation_and_controls_stay_with_the_described_sounds(generator, tmp_path, monkeypatch, options):
    monkeypatch.setenv("WAVELOOM_CACHE", str(tmp_path / "cache"))
    result = generate(generator, tmp_path / "out", "--text", "high whistle", *options)
    assert result.exit_code == 0, result.exception
    assert min(hertz(file) for file in (tmp_path / "out").iterdir()) > 1900


def test_a_continuous_sound_stays_with_the_described_sounds(generator, tmp_path):
    result = generate(generator, tmp_path, "--text", "low hum", "--seconds", "6")
    assert "1 sound in" in result.output, result.exception
    samples, rate = soundfile.read(tmp_path / "beep-Low_Hum-0000-6s.wav")
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    assert spectrum[: 6 * 600].sum() > 0.9 * spectrum.sum()
    assert rate == RATE


def test_an_export_has_the_descriptions_too(generator, tmp_path):
    pytest.importorskip("onnxruntime")
    result = CliRunner().invoke(app, ["export", str(tmp_path / "onnx"), "--model", str(generator)])
    assert result.exit_code == 0, result.exception
    generate(tmp_path / "onnx", tmp_path / "out", "--text", "high whistle", "--count", "3")
    assert min(hertz(file) for file in (tmp_path / "out").iterdir()) > 1900


def test_descriptions_with_equal_file_names_are_refused(generator, tmp_path):
    model = load_model(generator)
    texts = ["", far := "so " * 20 + "far", near := "so " * 20 + "near"]
    table = {"texts": texts, "places": [[1, 2] * 6, [0] * 6]}
    save_model(tmp_path / "model", replace(model, spec={**model.spec, "descriptions": table}))
    result = generate(tmp_path / "model", tmp_path / "out", "--text", far, "--text", near)
    assert isinstance(result.exception, InputError)
    assert "ask for one at a time" in str(result.exception)
    assert not (tmp_path / "out").exists()
