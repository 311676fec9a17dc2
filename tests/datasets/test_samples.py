import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import soundfile

from waveloom.audio.write import write_stream
from waveloom.config.errors import InputError
from waveloom.datasets.samples import SamplesDataset
from waveloom.evaluation.evaluate import sample_name
from waveloom.generation.samples import Samples


def samples(count):
    clips = np.linspace(-0.5, 0.5, count * 100, dtype=np.float32).reshape(count, 100)
    names = [f"{i}.wav" for i in range(count)]
    index = pd.DataFrame({"file": names, "seed": range(count), "label": ["piano"] * count, "model": ["abc"] * count})
    return Samples(clips, 8000, index)


def test_each_file_names_its_model_seed_and_label(tmp_path):
    SamplesDataset(str(tmp_path / "s")).save(samples(2))
    with soundfile.SoundFile(tmp_path / "s/1.wav") as file:
        assert (file.title, file.comment, file.samplerate, file.frames) == ("piano", "model abc seed 1", 8000, 100)


def test_a_new_set_replaces_the_old_one(tmp_path):
    dataset = SamplesDataset(str(tmp_path / "s"))
    dataset.save(samples(3))
    dataset.save(samples(1))
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["0.wav", "index.parquet"]
    assert len(dataset.load()) == 1


@pytest.mark.parametrize("label", ["x" * 249, "\u97f3" * 83, "a/b", "..", "con.x", "a\0b\n", ""])
def test_a_label_of_any_characters_gives_a_file_in_the_folder(tmp_path, label):
    made = samples(1)
    made.index["file"], made.index["label"] = [sample_name(7, label)], [label]
    SamplesDataset(str(tmp_path / "s")).save(made)
    ((folder, _, files),) = os.walk(tmp_path / "s")
    assert sorted(files) == sorted([made.index["file"][0], "index.parquet"])
    assert os.listdir(tmp_path) == ["s"]
    assert soundfile.info(os.path.join(folder, made.index["file"][0])).frames == 100


def test_equal_samples_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        SamplesDataset(str(tmp_path / name)).save(samples(2))
    for file in ("0.wav", "1.wav", "index.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def blocks():
    return (np.full(1000, 0.25, np.float32) for _ in range(50))


def test_a_long_sound_is_streamed_with_title_and_comment(tmp_path):
    write_stream(tmp_path / "long.wav", blocks(), 50_000, 8000, "model abc seed 1 seconds 6.25", "rain")
    with soundfile.SoundFile(tmp_path / "long.wav") as file:
        assert (file.title, file.comment, file.samplerate, file.frames) == (
            "rain",
            "model abc seed 1 seconds 6.25",
            8000,
            50_000,
        )
        np.testing.assert_array_equal(file.read(), 0.25)
    assert [file.name for file in tmp_path.iterdir()] == ["long.wav"]


def test_a_full_disk_leaves_no_file(tmp_path):
    code = f"""
import resource, numpy as np
from pathlib import Path
from waveloom.audio.write import write_stream
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
blocks = (np.zeros(1000, np.float32) for _ in range(50))
write_stream(Path({str(tmp_path / "long.wav")!r}), blocks, 50_000, 8000, "c", "")
"""
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "InputError" in process.stderr
    assert "the incomplete file was removed" in process.stderr
    assert not list(tmp_path.iterdir())


def test_a_failing_generator_leaves_no_file(tmp_path):
    def broken():
        yield np.zeros(100, np.float32)
        raise InputError("the network broke")

    with pytest.raises(InputError, match="broke"):
        write_stream(tmp_path / "long.wav", broken(), 50_000, 8000, "c", "")
    assert not list(tmp_path.iterdir())


def test_a_sound_larger_than_a_wav_file_can_be_is_refused_before_writing(tmp_path):
    with pytest.raises(InputError, match=r"8\.3 GB.*fewer seconds"):
        write_stream(tmp_path / "long.wav", blocks(), 192_000 * 21_600, 192_000, "c", "")
    assert not list(tmp_path.iterdir())


def test_a_clip_that_does_not_fit_on_the_disk_leaves_no_file(tmp_path):
    code = f"""
import resource, numpy as np
from pathlib import Path
from waveloom.audio.write import write_wav
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
write_wav(Path({str(tmp_path / "clip.wav")!r}), np.zeros(50_000, np.float32), 8000, "c", "")
"""
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "InputError" in process.stderr
    assert not list(tmp_path.iterdir())


def test_the_target_of_a_link_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "s").symlink_to("disk")
    for count in (3, 1):
        SamplesDataset(str(tmp_path / "s")).save(samples(count))
    assert (tmp_path / "s").is_symlink()
    assert sorted(path.name for path in (tmp_path / "disk").iterdir()) == ["0.wav", "index.parquet"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "s"]
