"""Every preset of a published set, on a miniature of it in the exact layout; and the real sets, where they are."""

import os
from pathlib import Path

import pandas as pd
import pytest

from tests.ingest.corpora.miniatures import SETS, build, counts
from waveloom.config.checked import overlay, read_config
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings
from waveloom.project import params

CONF = Path(__file__).parents[3] / "conf"
NOT_A_SET = {"smoke", "clicks", "stereo", "timbre", "drum_kits", "domains"}


def ingest(name: str, root: Path, **over) -> pd.DataFrame:
    tree = overlay(params.load(CONF / name / "params.yaml")["ingest"], {"options": {"root": str(root)}, **over})
    return recordings(read_config(Ingest, tree, "ingest"), root.parent / "sounds", root.parent)


def test_every_preset_has_its_miniature():
    presets = {path.parent.name for path in CONF.glob("*/params.yaml")}
    sets = {name for name in presets if "corpus" in params.load(CONF / name / "params.yaml").get("ingest", {})}
    assert sets - NOT_A_SET == set(SETS)


@pytest.mark.parametrize("name", sorted(SETS))
def test_a_preset_reads_its_set(tmp_path, name):
    expected = SETS[name]()
    build(expected, tmp_path / "set")
    table = ingest(name, tmp_path / "set", validation=0, test=0, min_class_recordings=1)
    accepted = table[table["status"] == "accepted"]
    refused = table[table["status"] == "rejected"]
    assert dict(zip(refused["name"], refused["reason"], strict=True)) == expected.refused
    assert counts(accepted["label"]) == expected.labels
    assert counts(accepted["split"]) == expected.splits
    assert accepted["group"].nunique() == expected.groups
    assert (accepted.groupby("group")["split"].nunique() == 1).all()
    assert set(accepted["rate_hz"]) == {expected.rate}
    assert (accepted["licence"].iloc[0], accepted["attribution"].iloc[0]) == (expected.licence, expected.attribution)
    assert table["name"].is_unique


def test_the_ten_classes_of_esc10_need_one_option(tmp_path):
    build(SETS["esc50"](), tmp_path / "set")
    over = {"options": {"root": str(tmp_path / "set"), "where": {"esc10": ["True"]}}}
    assert set(ingest("esc50", tmp_path / "set", **over)["label"]) == {"dog"}


REAL = os.environ.get("WAVELOOM_REAL_DATA", "")
KAGGLE = "Acoustic_guitar Bass_drum Cello Clarinet Double_bass Flute Hi-hat Saxophone Snare_drum Violin_or_fiddle"
ESC = "dog_bark rain sea_waves baby_cry clock_tick person_sneeze helicopter chainsaw rooster fire_crackling"
DIGITS = "0 1 2 3 4 5 6 7 8 9"


@pytest.mark.skipif(not REAL, reason="set WAVELOOM_REAL_DATA to the folder that holds fsdkaggle2018, esc10 and fsdd")
@pytest.mark.parametrize(
    ("name", "labels", "each"),
    [("fsdkaggle2018", KAGGLE, 30), ("esc10", ESC, 40), ("fsdd", "0 1 2 3 4 5 6 7 8 9", 300)],
)
def test_the_real_sets_have_the_published_count_of_each_class(tmp_path, name, labels, each):
    table = ingest(name, Path(REAL) / name)
    assert counts(table.loc[table["status"] == "accepted", "label"]) == dict.fromkeys(labels.split(), each)


def test_sounds_of_fsd50k_are_described_by_their_titles_and_texts(tmp_path):
    build(SETS["fsd50k"](), tmp_path / "set")
    table = ingest("fsd50k", tmp_path / "set", validation=0, test=0, min_class_recordings=1)
    assert set(table.loc[table["status"] == "accepted", "description"]) == {"a title. “quoted”"}
