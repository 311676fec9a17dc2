import json

import pandas as pd
import pytest

from waveloom.config.errors import InputError
from waveloom.ingest.corpora.manifest import Config, recordings

ROWS = pd.DataFrame({"fname": ["a.wav", "b.wav"], "kind": ["007", "NA"], "fold": ["4", "5"], "id": ["11", "22"]})
OPTIONS = {"file": "audio/{fname}", "label": "{kind}", "group": "{id}"}


def found(base, table="t.csv", **options):
    return list(recordings(Config(**{"root": ".", "table": table, **OPTIONS, **options}), base))


@pytest.fixture
def base(tmp_path):
    ROWS.to_csv(tmp_path / "t.csv", index=False)
    ROWS.to_parquet(tmp_path / "t.parquet")
    ROWS.to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    (tmp_path / "t.json").write_text(json.dumps(ROWS.to_dict("records")))
    (tmp_path / "t.jsonl").write_text("\n".join(json.dumps(row) for row in ROWS.to_dict("records")))
    return tmp_path


@pytest.mark.parametrize("table", ["t.csv", "t.tsv", "t.json", "t.jsonl", "t.parquet"])
def test_columns_become_recordings_and_labels_stay_text(base, table):
    one, two = found(base, table)
    assert (one.name, one.path, one.label, one.group) == ("audio/a.wav", base / "audio/a.wav", "007", "11")
    assert (two.label, two.split, two.licence) == ("NA", "", "")


def test_a_template_without_columns_is_the_same_for_all_rows(base):
    one, two = found(base, licence="CC0", attribution="https://freesound.org/s/{id}/ by {kind}")
    assert one.licence == two.licence == "CC0"
    assert two.attribution == "https://freesound.org/s/22/ by NA"


def test_folds_become_splits(base):
    assert [r.split for r in found(base, split="{fold}", split_values={"5": "test"})] == ["", "test"]


def test_a_split_of_another_name_is_an_error(base):
    with pytest.raises(InputError, match=r"gives '4', which is none of train, validation, test.*split_values"):
        found(base, split="{fold}")


def test_json_objects_keyed_by_name_work_as_in_nsynth(tmp_path):
    notes = {"bass_acoustic_000-024-127": {"instrument_family_str": "bass", "pitch": 24}}
    (tmp_path / "examples.json").write_text(json.dumps(notes))
    config = Config(root=".", table="examples.json", file="audio/{key}.wav", label="{instrument_family_str}")
    (note,) = recordings(config, tmp_path)
    assert (note.name, note.label) == ("audio/bass_acoustic_000-024-127.wav", "bass")


@pytest.mark.parametrize("name", ["n.json", "n.parquet"])
def test_missing_cells_are_empty_texts(tmp_path, name):
    rows = [{"fname": "a.wav", "kind": "dog", "id": None}, {"fname": "b.wav", "kind": None, "id": "2"}]
    (tmp_path / "n.json").write_text(json.dumps(rows))
    pd.DataFrame(rows).to_parquet(tmp_path / "n.parquet")
    assert [(r.label, r.group) for r in found(tmp_path, name)] == [("dog", ""), ("", "2")]


def test_a_missing_column_is_an_error_that_lists_the_others(base):
    with pytest.raises(InputError, match=r"options\.label names the column 'label'.*has: fname, kind, fold, id"):
        found(base, label="{label}")


@pytest.mark.parametrize("name", ["../outside.wav", "/etc/hosts", "link/x.wav", "a\0.wav"])
def test_a_file_outside_the_root_is_rejected(base, name):
    (base / "link").symlink_to("/etc")
    assert all(r.reason.startswith("outside: ") for r in found(base, file=name))


@pytest.mark.parametrize(
    ("table", "content", "message"),
    [
        ("no.csv", None, "there is no"),
        ("bad.json", "{", "is not a table"),
        ("number.json", "3", "is not a table"),
        ("empty.csv", "", "is not a table"),
        ("head.csv", "fname,kind,id\n", "names no sounds"),
        ("short.csv", "fname,kind,id\na.wav,dog\n", "'a.wav, dog' has 2 columns instead of 3"),
        ("long.csv", "fname,kind,id\n1,a.wav,dog,1\n", "has 4 columns instead of 3"),
        ("twice.csv", "fname,kind,kind\na.wav,dog,1\n", "names no columns, or one of them twice"),
        ("bad.parquet", "x", "is not a table"),
        ("t.xlsx", "x", "neither .csv, .tsv, .json"),
    ],
)
def test_a_file_that_is_no_table_is_an_error(tmp_path, table, content, message):
    if content is not None:
        (tmp_path / table).write_text(content)
    with pytest.raises(InputError, match=message):
        found(tmp_path, table)


def test_an_unclosed_brace_is_an_error(base):
    with pytest.raises(InputError, match=r"options\.group is '\{id'"):
        found(base, group="{id")


def test_several_tables_have_their_own_files_and_splits(base):
    (base / "more.csv").write_text("fname,kind,id\nc.wav,dog,33\n")
    tables = [{"split": "train"}, {"table": "more.csv", "file": "eval/{fname}", "split": "test"}]
    assert [(r.name, r.split) for r in found(base, tables=tables)] == [
        ("audio/a.wav", "train"),
        ("audio/b.wav", "train"),
        ("eval/c.wav", "test"),
    ]


def test_only_the_rows_that_where_selects_are_recordings(base):
    assert [r.name for r in found(base, where={"fold": ["5", "6"]})] == ["audio/b.wav"]
    with pytest.raises(InputError, match="names no sounds"):
        found(base, where={"fold": ["9"]})
    with pytest.raises(InputError, match=r"where names 'flod'; t\.csv has: fname, kind, fold, id"):
        found(base, where={"flod": ["9"]})


def test_a_name_can_be_given_without_folder_and_suffix(base):
    assert [r.attribution for r in found(base, attribution="{fname:stem}")] == ["a", "b"]


def test_a_second_table_adds_columns_to_each_row(base):
    (base / "clips.json").write_text(json.dumps({"11": {"license": "CC0", "kind": "not this one"}}))
    one, two = found(base, details={"table": "clips.json", "where": "{id}"}, licence="{license}")
    assert (one.licence, one.label) == ("CC0", "007")
    assert two.reason == "details: clips.json has no '22'"


def test_an_extra_comma_in_every_row_does_not_shift_labels(tmp_path):
    (tmp_path / "t.csv").write_text("fname,kind,id\na.wav,dog,1,\nb.wav,cat,2,\n")
    assert [(r.name, r.label) for r in found(tmp_path)] == [("audio/a.wav", "dog"), ("audio/b.wav", "cat")]


def test_the_column_description_is_the_default_and_another_can_be_chosen(base):
    ROWS.assign(description=["a dog far off", ""]).to_csv(base / "described.csv", index=False)
    assert [r.description for r in found(base)] == ["", ""]
    assert [r.description for r in found(base, "described.csv")] == ["a dog far off", ""]
    assert [r.description for r in found(base, description="{kind}, take {id}")] == ["007, take 11", "NA, take 22"]
    with pytest.raises(InputError, match=r"options\.description names the column 'caption'"):
        found(base, description="{caption}")
