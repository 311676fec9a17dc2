"""What every corpus keeps; a new file in the folder is picked up by itself."""

import json
import zipfile
from dataclasses import FrozenInstanceError
from itertools import islice

import numpy as np
import pytest

from tests.sounds import tone, write_wav
from waveloom import corpora, plugins
from waveloom.config import read
from waveloom.corpora import Recording
from waveloom.corpora._midi import notes_in_turn
from waveloom.errors import InputError

NAMES = plugins.available(corpora)


@pytest.fixture
def base(tmp_path):
    """A project with sounds where every corpus looks by default."""
    for label in ("high", "low"):
        for number in range(3):
            write_wav(tmp_path / f"data/00_external/{label}/{number}.wav", tone(300 + number, 0.1))
    rows = [f"{label}/{number}.wav,{label}" for label in ("high", "low") for number in range(3)]
    home = tmp_path / "data/00_external"
    (home / "labels.csv").write_text("\n".join(["file,label", *rows]) + "\n")
    (home / "validation_list.txt").write_text("high/1.wav\nlow/1.wav\n")
    (home / "testing_list.txt").write_text("high/2.wav\nlow/2.wav\n")
    (home / "scale.mid").write_bytes(notes_in_turn(0, [(60, 100), (62, 100)], 500, 600))
    with zipfile.ZipFile(home / "sounds.zip", "w") as archive:
        for path in sorted(home.rglob("*.wav")):
            archive.write(path, path.relative_to(home))
    fetched = {"id": 1, "name": "a", "username": "u", "license": "", "suffix": "wav"}
    write_wav(home / "freesound/sounds/1.wav", tone(300, 0.1))
    (home / "freesound/sounds.json").write_text(json.dumps({"low": {"sounds": [fetched]}}))
    return tmp_path


def some(name: str, base) -> list[Recording]:
    module = plugins.load(corpora, name)
    return list(islice(module.recordings(module.Config(), base), 20))


@pytest.mark.parametrize("name", NAMES)
def test_the_default_config_runs_and_cannot_be_changed(name, base):
    assert some(name, base)
    config = plugins.load(corpora, name).Config()
    field = next(iter(vars(config)))
    with pytest.raises(FrozenInstanceError):
        setattr(config, field, None)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_unique_and_every_sound_is_a_file_or_a_clip(name, base):
    found = some(name, base)
    assert len({recording.name for recording in found}) == len(found)
    for recording in found:
        assert (recording.path is None) != (recording.clip is None)
        assert recording.path is None or recording.path.is_file()
        assert recording.split in {"", "train", "validation", "test"}


@pytest.mark.parametrize("name", NAMES)
def test_made_clips_are_mono_floats_in_range(name, base):
    for recording in some(name, base):
        if recording.clip is not None:
            assert recording.clip.samples.dtype == np.float32
            assert recording.clip.samples.ndim == 1
            assert np.abs(recording.clip.samples).max() <= 1
            assert not recording.name.startswith("/")
            assert ".." not in recording.name


@pytest.mark.parametrize("name", NAMES)
def test_the_order_and_the_sounds_never_vary(name, base):
    for one, other in zip(some(name, base), some(name, base), strict=True):
        assert (one.name, one.path, one.label, one.group) == (other.name, other.path, other.label, other.group)
        if one.clip is not None and other.clip is not None:
            np.testing.assert_array_equal(one.clip.samples, other.clip.samples)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_it_does_not_know_is_named(name):
    with pytest.raises(InputError, match="no_such_key is not a parameter"):
        read(plugins.load(corpora, name).Config, {"no_such_key": 1}, "ingest.options")
