"""DVC may link an output to its cache; a save must not write into the linked file."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog

from tests.datasets.test_samples import samples
from waveloom.datasets.clips import ClipStream
from waveloom.models.model import Model
from waveloom.project.dvc_yaml import read_catalog

CATALOG = read_catalog(Path(__file__).parents[2])
ONLY_READ = {"project", "sounds", "recipes", "checkpoints", "embeddings", "callbacks"}
TABLE = pd.DataFrame({"step": [1, 2], "loss": [0.5, 0.25]})
SPEC = {"recipe": {"loss": "hinge"}, "labels": ["a"], "rate_hz": 8000, "samples": 4, "steps": 1, "seed": 0}
CLASSIFIER = {"labels": ["a"], "prepare": {"rate_hz": 8000}, "data": {}, "classifier": "svm", "metrics": {}}
CLIPS = [(pd.DataFrame({"clip_id": ["x"]}), np.zeros((1, 4), np.float32))]
TABLES = ("recordings", "feature_table", "frame_table", "losses", "confusion")
VALUES = {
    **dict.fromkeys((*TABLES, "classification_confusion", "classification_reliability"), TABLE),
    **{name: {"b": 1.5, "a": "ä"} for name in ("inputs", "links", "scale", "opinions", "metrics", "classification")},
    "report": "<html>ä</html>\n",
    "figures": {"loss": "<svg/>"},
    "samples": samples(2),
    "clips": ClipStream(CLIPS, 8000, 4),
    "generator": Model(SPEC, {"000": np.ones(3, np.float32)}),
    "classifier": Model(CLASSIFIER, {"000": np.ones(3, np.float32)}),
}


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize("name", sorted(CATALOG.keys() - ONLY_READ))
def test_saving_over_a_link_leaves_the_linked_file_unchanged(name, link, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("waveloom.datasets.classifier.card", lambda model: "a card\n")
    dataset = DataCatalog.from_config({name: CATALOG[name]})[name]
    dataset.save(VALUES[name])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = {path: path.read_bytes() for path in files}
    cache = tmp_path / "cache"
    cache.mkdir()
    for number, path in enumerate(files):
        (cache / str(number)).write_bytes(b"cached")
        path.unlink()
        link(cache / str(number), path)
    dataset.save(VALUES[name])
    assert {file.read_bytes() for file in cache.iterdir()} == {b"cached"}
    assert {path: path.read_bytes() for path in files} == written
    assert {path for path in tmp_path.rglob("*") if path.is_file() and cache not in path.parents} == set(files)


@pytest.mark.parametrize(
    ("name", "stock"),
    [
        ("scale", "json.JSONDataset"),
        ("metrics", "json.JSONDataset"),
        ("losses", "pandas.CSVDataset"),
        ("report", "text.TextDataset"),
    ],
)
def test_the_bytes_equal_those_of_kedros_own_datasets(name, stock, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    value = VALUES[name]
    own, other = CATALOG[name], {**CATALOG[name], "type": stock, "filepath": "stock"}
    catalog = DataCatalog.from_config({"own": own, "stock": other})
    catalog["own"].save(value)
    catalog["stock"].save(value)
    assert Path(own["filepath"]).read_bytes() == Path("stock").read_bytes()
    assert str(catalog["own"].load()) == str(catalog["stock"].load())


def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dataset = DataCatalog.from_config({"scale": CATALOG["scale"]})["scale"]
    dataset.save({"a": 1})
    with pytest.raises(Exception, match="serializable"):
        dataset.save({"a": object()})
    assert dataset.load() == {"a": 1}
    assert [path.name for path in Path("data/03_features").iterdir()] == ["scale.json"]
