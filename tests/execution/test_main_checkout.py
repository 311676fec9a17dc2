"""A queued experiment runs in a copy of the project that lacks the files git ignores, such as data/00_external."""

import zipfile

import pandas as pd
import pytest

from tests.conftest import make_sounds
from waveloom.config.errors import InputError
from waveloom.execution.main_checkout import in_main_checkout, locate, relative_to_checkout
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.models.files import save_model
from waveloom.models.locations import load_start_model
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

SMALL = Prepare(rate_hz=8000, samples=2048)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    (tmp_path / ".dvc/tmp/exps/standalone/copy").mkdir(parents=True)
    return tmp_path / ".dvc/tmp/exps/standalone/copy"


def ids(table, base):
    return [row["clip_id"].to_list() for row, _ in prepare(table, SMALL, base)]


def test_the_corpus_of_the_main_checkout_gives_the_same_table_and_clips(tmp_path, copy):
    make_sounds(tmp_path / "data/00_external/mine")
    config = Ingest(corpus="folder", options={"root": "data/00_external/mine"}, min_seconds=0.05)
    here = recordings(config, tmp_path / "made", tmp_path)
    there = recordings(config, copy / "made", copy)
    pd.testing.assert_frame_equal(here, there)
    assert set(here["path"].str.startswith("data/00_external/mine/")) == {True}
    assert ids(there, copy) == ids(here, tmp_path)


def test_an_archive_is_unpacked_in_the_main_checkout_for_later_copies(tmp_path, copy):
    make_sounds(tmp_path / "mine")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for path in sorted((tmp_path / "mine").rglob("*.wav")):
            archive.write(path, path.relative_to(tmp_path / "mine"))
    config = Ingest(corpus="archive", options={"file": "mine.zip"}, min_seconds=0.05)
    table = recordings(config, copy / "made", copy)
    assert not (copy / "data").exists()
    assert all((tmp_path / path).is_file() for path in table["path"])
    assert ids(table, copy)


def test_a_model_to_start_from_is_found_in_the_main_checkout(tmp_path, copy):
    from tests.datasets.test_replaced import VALUES

    save_model(tmp_path / "data/00_external/start", VALUES["generator"])
    assert load_start_model("data/00_external/start", copy).digest == VALUES["generator"].digest


def test_a_path_in_the_copy_takes_precedence(tmp_path, copy):
    for base in (tmp_path, copy):
        (base / "sounds").mkdir()
    assert locate("sounds", copy) == copy / "sounds"


def test_a_path_in_neither_is_reported_in_the_copy(copy):
    assert locate("nowhere", copy) == copy / "nowhere"
    with pytest.raises(InputError, match="'nowhere'; there is no such folder"):
        recordings(Ingest(corpus="folder", options={"root": "nowhere"}), copy / "made", copy)


def test_an_absolute_path_is_unchanged(tmp_path, copy):
    assert locate(tmp_path / "x", copy) == in_main_checkout(tmp_path / "x", copy) == tmp_path / "x"


def test_without_dvc_paths_are_below_the_project(tmp_path, monkeypatch):
    monkeypatch.delenv("DVC_ROOT", raising=False)
    assert locate("x", tmp_path) == in_main_checkout("x", tmp_path) == tmp_path / "x"
    assert relative_to_checkout(tmp_path / "x", tmp_path) == "x"
    assert relative_to_checkout(tmp_path.parent / "x", tmp_path) == str(tmp_path.parent / "x")
