import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.generation.test_exported_model import whole
from tests.generation.translation.translators import identity, shifted, trained, translator
from waveloom.commands.app import app
from waveloom.config.errors import InputError
from waveloom.generation.exported_model import export
from waveloom.generation.load import load, load_translator
from waveloom.generation.translation import source_file
from waveloom.generation.translation.files import FilePlan, other_files, plan_files, translate_file
from waveloom.generation.translator import Transfer
from waveloom.models.files import save_model

RATE = 16000
DRAW = np.random.default_rng(0)


def noise(seconds, channels=1, rate=RATE):
    return (DRAW.standard_normal((round(seconds * rate), channels)) * 0.1).astype(np.float32).clip(-1, 1)


def write(path, sound, rate=RATE, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, rate, **options)
    return path


def translate(source, target, network=identity, settings=None):
    return translate_file(FilePlan(source, target), translator(network), "organ", settings or Transfer())


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    save_model(folder / "translator", trained())
    save_model(folder / "generator", whole())
    for form in ("onnx", "litert"):
        export(trained(), folder / form, form)
    return folder


def run(*words):
    return CliRunner().invoke(app, ["transfer", *map(str, words)])


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
@pytest.mark.parametrize("channels", [1, 2])
def test_at_strength_0_the_file_has_the_same_samples(tmp_path, suffix, channels):
    source = write(tmp_path / "in.wav", noise(45, channels), subtype="PCM_16")
    translate(source, tmp_path / f"out{suffix}", shifted(9), Transfer(strength=0))
    before, after = (
        soundfile.read(path, dtype="int16", always_2d=True) for path in (source, tmp_path / f"out{suffix}")
    )
    assert before[1] == after[1]
    np.testing.assert_array_equal(after[0], before[0])


def test_the_metadata_say_that_it_is_synthetic_and_how_it_was_made(tmp_path):
    source = write(tmp_path / "in.wav", noise(1))
    for name in ("out.wav", "out.flac"):
        translate(source, tmp_path / name, settings=Transfer(0.5, 3))
        with soundfile.SoundFile(tmp_path / name) as file:
            comment, title = json.loads(file.comment), file.title
        assert title == "organ"
        assert comment.pop("digital_source_type").endswith("compositeWithTrainedAlgorithmicMedia")
        assert comment.pop("software").startswith("waveloom ")
        assert comment == {"model": "digest", "target": "organ", "strength": 0.5, "seed": 3}


def test_a_file_in_windows_is_translated_as_a_whole(tmp_path, monkeypatch):
    source = write(tmp_path / "in.wav", noise(9, 2, 44100), 44100, subtype="FLOAT")
    translate(source, tmp_path / "whole.wav", shifted(3))
    monkeypatch.setattr(source_file, "WINDOW_SECONDS", 1.0)
    translate(source, tmp_path / "parts.wav", shifted(3))
    whole_file, parts = (soundfile.read(tmp_path / name)[0] for name in ("whole.wav", "parts.wav"))
    np.testing.assert_allclose(parts, whole_file, atol=4 / 32768)


def test_silent_parts_of_a_long_file_stay_silent(tmp_path):
    sound = np.concatenate([noise(21), 0 * noise(43), noise(21)])
    translate(write(tmp_path / "in.flac", sound), tmp_path / "out.flac")
    result = soundfile.read(tmp_path / "out.flac")[0]
    assert len(result) == len(sound)
    assert not result[22 * RATE : 63 * RATE].any()
    assert result[70 * RATE :].std() > 0.05


def test_a_float_file_above_full_scale_is_scaled_as_a_whole(tmp_path):
    sound = np.concatenate([noise(21), 3 * noise(21) / 0.4])
    source = write(tmp_path / "in.wav", sound, subtype="FLOAT")
    translate(source, tmp_path / "out.wav", settings=Transfer(strength=0))
    np.testing.assert_allclose(soundfile.read(tmp_path / "out.wav")[0], (sound / np.abs(sound).max())[:, 0], atol=1e-4)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("silent.wav", np.zeros((RATE, 1)), "it is silent: its peak is below -60 dBFS"),
        ("nan.wav", np.full((RATE, 1), np.nan), "non-finite"),
        ("surround.wav", np.ones((RATE, 6)) * noise(1), "it has 6 channels; mix it to 2 at most"),
        ("text.wav", b"not a sound", "unreadable"),
        ("cut.wav", "cut", "truncated"),
        ("video.mp4", b"\0\0\0\x20ftypisom" + b"\0" * 100, ""),
    ],
)
def test_a_file_that_cannot_be_used_gives_one_sentence_and_no_file(tmp_path, name, content, reason):
    path = tmp_path / name
    if isinstance(content, np.ndarray):
        write(path, content, subtype="FLOAT")
    elif content == "cut":
        path.write_bytes(write(tmp_path / "x.wav", noise(60)).read_bytes()[:200000])
        (tmp_path / "x.wav").unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"{name} cannot be translated: .*{reason}"):
        translate(path, tmp_path / "out/out.wav")
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_ten_milliseconds_are_translated(tmp_path):
    translate(write(tmp_path / "in.wav", noise(0.01, 2, 48000), 48000), tmp_path / "out.wav", shifted(2))
    assert soundfile.info(tmp_path / "out.wav").frames == 480


def test_a_folder_keeps_names_and_lists_what_is_no_sound(tmp_path):
    for name in ("a.wav", "deep/b.flac", "c.mp3", "c.wav", ".hidden.wav", "video.mp4"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    (tmp_path / "in/notes.txt").touch()
    plans = plan_files(tmp_path / "in", tmp_path / "out")
    names = [
        (str(plan.source.relative_to(tmp_path / "in")), str(plan.target.relative_to(tmp_path / "out")))
        for plan in plans
    ]
    assert names == [
        ("a.wav", "a.wav"),
        ("c.mp3", "c.mp3.wav"),
        ("c.wav", "c.wav"),
        ("deep/b.flac", "deep/b.flac"),
        ("video.mp4", "video.wav"),
    ]
    assert [str(name) for name in other_files(tmp_path / "in")] == ["notes.txt"]


def test_wrong_places_are_refused(tmp_path):
    source = write(tmp_path / "in/a.wav", noise(0.1))
    (tmp_path / "empty").mkdir()
    for given, out, message in (
        (tmp_path / "none.wav", tmp_path / "o.wav", "does not exist"),
        (source, tmp_path / "o.mp3", r"does not end in \.wav or \.flac"),
        (source, tmp_path, "is a folder; give the new file"),
        (source, source, "exists already, and no file is overwritten"),
        (tmp_path / "in", tmp_path / "in/out", "lies in"),
        (tmp_path / "in", source, "is a file, and"),
        (tmp_path / "in", tmp_path / "in", "lies in"),
        (tmp_path / "empty", tmp_path / "o", "holds no sound files"),
    ):
        with pytest.raises(InputError, match=message):
            plan_files(given, out)


def test_the_command_translates_a_file_and_states_the_change(tmp_path, models):
    source = write(tmp_path / "in.wav", noise(2, 2, 44100), 44100)
    result = run(source, tmp_path / "out.wav", "--to", "strings", "--model", models / "translator", "--json")
    (row,) = json.loads(result.stdout)["files"]
    assert row["change"] == "strongly changed"
    assert row["bandwidth_hz"] == 8000
    assert (soundfile.info(tmp_path / "out.wav").frames, soundfile.info(tmp_path / "out.wav").channels) == (88200, 2)
    again = run(source, tmp_path / "out.wav", "--to", "strings", "--model", models / "translator")
    assert "exists already" in str(again.exception)


def test_a_folder_is_translated_as_far_as_possible_and_the_exit_code_says_so(tmp_path, models):
    write(tmp_path / "in/a.wav", noise(0.5))
    write(tmp_path / "in/b.wav", 0 * noise(0.5))
    write(tmp_path / "in/c/d.flac", noise(0.5))
    (tmp_path / "in/e.txt").touch()
    result = run(tmp_path / "in", tmp_path / "out", "--to", "organ", "--model", models / "onnx")
    assert result.exit_code == 1
    assert "b.wav cannot be translated: it is silent" in result.stderr
    assert "1 of 3 files could not be translated" in result.stdout
    assert "no sound files, and left out: 'e.txt'" in result.stdout
    made = sorted(str(file.relative_to(tmp_path / "out")) for file in (tmp_path / "out").rglob("*.*"))
    assert made == ["a.wav", "c/d.flac"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--to", "string"],
            "--to is 'string', which is no domain of this translator; its domains are: 'organ',",
        ),
        (["--to", "organ", "--strength", "1.5"], "--strength is 1.5; give a number from 0"),
        (["--to", "organ", "--seed", "-1"], "--seed is -1"),
        (
            ["--to", "organ", "--model", "{models}/generator"],
            "holds a generator, not a translator; `waveloom gen",
        ),
        (["--to", "organ", "--model", "{models}/none"], "holds no model"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_written(tmp_path, models, words, message):
    source = write(tmp_path / "in.wav", noise(0.2))
    words = [word.format(models=models) for word in words]
    model = [] if "--model" in words else ["--model", models / "translator"]
    result = run(source, tmp_path / "out.wav", *words, *model)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert [file.name for file in tmp_path.iterdir()] == ["in.wav"]


def test_a_translator_is_not_taken_for_a_generator(models):
    for name in ("translator", "onnx"):
        with pytest.raises(InputError, match="holds a translator, not a generator; `waveloom transfer`"):
            load(models / name)


@pytest.mark.parametrize("form", ["onnx", "litert"])
def test_an_export_translates_as_the_trained_model_without_tensorflow(tmp_path, models, form):
    source = write(tmp_path / "in.wav", noise(7))
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "from waveloom.__main__ import main; sys.argv = ['waveloom', *sys.argv[1:]]; main()"
    )
    command = ["transfer", source, tmp_path / "exported.wav", "--to", "strings", "--model", models / form]
    done = subprocess.run([sys.executable, "-c", code, *map(str, command)], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    made = load_translator(models / "translator")
    translate_file(FilePlan(source, tmp_path / "trained.wav"), made, "strings", Transfer())
    exported, original = (soundfile.read(tmp_path / name)[0] for name in ("exported.wav", "trained.wav"))
    assert np.linalg.norm(exported - original) < 0.02 * np.linalg.norm(original)
    assert load_translator(models / form).digest == made.digest
    assert "waveloom transfer song.wav" in (models / form / "README.md").read_text()


def test_tensorflow_starts_without_a_line_on_standard_error(tmp_path, models):
    source = write(tmp_path / "in.wav", noise(1))
    waveloom = [sys.executable, "-m", "waveloom"]
    for command in (
        ["generate", tmp_path / "made", "--model", models / "generator", "--count", "1"],
        ["transfer", source, tmp_path / "out.wav", "--to", "organ", "--model", models / "translator"],
    ):
        done = subprocess.run([*waveloom, *map(str, command)], check=True, capture_output=True, text=True)
        assert done.stderr == ""
