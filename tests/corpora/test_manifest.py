import json

import pandas as pd
import pytest

from waveloom.corpora.manifest import Config, recordings
from waveloom.errors import InputError

ROWS = pd.DataFrame({"fname": ["a.wav", "b.wav"], "kind": ["007", "NA"], "fold": ["4", "5"], "id": ["11", "22"]})
ASKED = {"file": "audio/{fname}", "label": "{kind}", "group": "{id}"}


def found(base, table="t.csv", **options):
    return list(recordings(Config(**{"root": ".", "table": table, **ASKED, **options}), base))


@pytest.fixture
def base(tmp_path):
    ROWS.to_csv(tmp_path / "t.csv", index=False)
    ROWS.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.json").write_text(json.dumps(ROWS.to_dict("records")))
    return tmp_path


@pytest.mark.parametrize("table", ["t.csv", "t.json", "t.parquet"])
def test_columns_become_recordings_and_labels_stay_text(base, table):
    one, two = found(base, table)
    assert (one.name, one.path, one.label, one.group) == ("audio/a.wav", base / "audio/a.wav", "007", "11")
    assert (two.label, two.split, two.licence) == ("NA", "", "")


def test_a_text_without_columns_is_the_same_for_all_and_may_mix_both(base):
    one, two = found(base, licence="CC0", attribution="https://freesound.org/s/{id}/ by {kind}")
    assert one.licence == two.licence == "CC0"
    assert two.attribution == "https://freesound.org/s/22/ by NA"


def test_folds_become_splits(base):
    assert [r.split for r in found(base, split="{fold}", split_values={"5": "test"})] == ["", "test"]


def test_a_split_of_another_name_is_asked_about(base):
    with pytest.raises(InputError, match=r"gives '4', which is none of train, validation, test.*split_values"):
        found(base, split="{fold}")


def test_json_objects_keyed_by_name_work_as_in_nsynth(tmp_path):
    notes = {"bass_acoustic_000-024-127": {"instrument_family_str": "bass", "pitch": 24}}
    (tmp_path / "examples.json").write_text(json.dumps(notes))
    config = Config(root=".", table="examples.json", file="audio/{key}.wav", label="{instrument_family_str}")
    (note,) = recordings(config, tmp_path)
    assert (note.name, note.label) == ("audio/bass_acoustic_000-024-127.wav", "bass")


def test_a_missing_column_is_named_and_the_others_listed(base):
    with pytest.raises(InputError, match=r"options\.label names the column 'label'.*has: fname, kind, fold, id"):
        found(base, label="{label}")


@pytest.mark.parametrize("name", ["../outside.wav", "/etc/hosts"])
def test_a_file_outside_the_root_is_refused(base, name):
    with pytest.raises(InputError, match="lies outside"):
        found(base, file=name)


@pytest.mark.parametrize(
    ("table", "content", "message"),
    [
        ("no.csv", None, "there is no"),
        ("bad.json", "{", "is not a table"),
        ("number.json", "3", "is not a table"),
        ("empty.csv", "", "is not a table"),
        ("head.csv", "fname,kind,id\n", "names no sounds"),
        ("bad.parquet", "x", "is not a table"),
        ("t.xlsx", "x", "neither .csv, .json nor .parquet"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, table, content, message):
    if content is not None:
        (tmp_path / table).write_text(content)
    with pytest.raises(InputError, match=message):
        found(tmp_path, table)


def test_an_unclosed_brace_is_named(base):
    with pytest.raises(InputError, match=r"options\.group is '\{id'"):
        found(base, group="{id")
