import numpy as np
import pandas as pd
import soundfile

from waveloom.datasets.samples import Samples, SamplesDataset


def samples(count):
    clips = np.linspace(-0.5, 0.5, count * 100, dtype=np.float32).reshape(count, 100)
    names = [f"{i}.wav" for i in range(count)]
    index = pd.DataFrame({"file": names, "seed": range(count), "label": ["piano"] * count, "model": ["abc"] * count})
    return Samples(clips, 8000, index)


def test_each_file_says_which_model_seed_and_label_made_it(tmp_path):
    SamplesDataset(str(tmp_path / "s")).save(samples(2))
    with soundfile.SoundFile(tmp_path / "s/1.wav") as file:
        assert (file.title, file.comment, file.samplerate, file.frames) == ("piano", "model abc seed 1", 8000, 100)


def test_a_new_set_replaces_the_old_one_whole(tmp_path):
    dataset = SamplesDataset(str(tmp_path / "s"))
    dataset.save(samples(3))
    dataset.save(samples(1))
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["0.wav", "index.parquet"]
    assert len(dataset.load()) == 1


def test_equal_samples_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        SamplesDataset(str(tmp_path / name)).save(samples(2))
    for file in ("0.wav", "1.wav", "index.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
