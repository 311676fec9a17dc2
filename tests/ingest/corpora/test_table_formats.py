"""Tables as written by spreadsheets, other systems and people: read correctly, or rejected with one sentence."""

import gzip
import json
import logging
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sounds import tone, write_wav
from waveloom.config.errors import InputError
from waveloom.ingest.corpora._table import FORMATS, read_table
from waveloom.ingest.corpora.manifest import Config, recordings
from waveloom.project.doctor_target import find_target

KINDS = {"a": "dog", "b": "cat"}
NAMES = ["a0", "a1", "b0", "b1"]
EXPECTED = [(f"audio/{name}.wav", KINDS[name[0]]) for name in NAMES]


@pytest.fixture
def base(tmp_path):
    for number, name in enumerate(NAMES):
        write_wav(tmp_path / f"audio/{name}.wav", tone(300 + number, 0.1))
    return tmp_path


def rows(file="audio/{}.wav", label="{}", sep=",", head=("file", "label")) -> list[str]:
    return [sep.join(head)] + [sep.join([file.format(n), label.format(KINDS[n[0]])]) for n in NAMES]


def read(base: Path, name: str, content: str | bytes, **options) -> list[tuple[str, str]]:
    """Read a table and give name and label of each recording; none may be rejected, and each file must exist."""
    (base / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found = list(recordings(Config(root=".", table=name, **options), base))
    assert [recording.reason for recording in found] == [""] * len(found)
    assert all(recording.path.is_file() for recording in found)
    return [(recording.name, recording.label) for recording in found]


def reasons(base: Path, name: str, content: str, **options) -> list[str]:
    (base / name).write_text(content)
    return [recording.reason for recording in recordings(Config(root=".", table=name, **options), base)]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt"])
@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_the_delimiter_is_detected_for_any_suffix(base, sep, suffix):
    assert read(base, f"t{suffix}", "\n".join(rows(sep=sep))) == EXPECTED


@pytest.mark.parametrize(
    "content",
    [
        "\r\n".join(rows()),
        "\r".join(rows()),
        "\n".join(["sep=;", *rows(sep=";")]),
        "\r\n".join(['"sep=|"', *rows(sep="|")]),
        "\n".join(["# made by hand, by me", "", *rows()]),
        "\n".join([*rows(), "# the end"]),
        "\n".join(row + ",," for row in rows()),
        "\n".join([rows()[0], *(row + ",,," for row in rows()[1:])]),
        "\n".join([*rows(), "", ",", " , "]),
        "\n".join([f"{number if number else ''},{row}" for number, row in enumerate(rows())]),
        "\n".join(rows(" audio/{}.wav ", " {} ", head=(" file", "label "))),
        "\n".join(rows('"audio/{}.wav"', '"{}"', sep=", ", head=('"file"', '"label"'))),
        "\n".join(rows(label="{}\N{NO-BREAK SPACE}")),
        "\n".join(rows(label="\N{ZERO WIDTH SPACE}{}")),
        "\n".join(rows(head=("File", "LABEL"))),
        "\n".join(rows("'audio/{}.wav'", "'{}'", head=("'file'", "'label'"))),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_quotes_blanks_and_unicode_encodings_change_nothing(base, content, encoding):
    assert read(base, "t.csv", content.encode(encoding)) == EXPECTED


def test_a_delimiter_in_quotes_is_a_part_of_the_cell(base):
    text = '"file";"label";"note"\n"audio/a0.wav";"dog; big";"1,5"\n"audio/b0.wav";"cat, ""old""";"2,5"'
    assert read(base, "t.csv", text) == [("audio/a0.wav", "dog; big"), ("audio/b0.wav", 'cat, "old"')]


def test_a_character_in_only_some_rows_is_no_delimiter(base):
    text = "file;label;gain\naudio/a0.wav;dog, big;0,5\naudio/b0.wav;cat;1"
    assert read(base, "t.csv", text) == [("audio/a0.wav", "dog, big"), ("audio/b0.wav", "cat")]


@pytest.mark.parametrize(("encoding", "label"), [("cp1252", "l\u2019\u00e9t\u00e9"), ("latin-1", "\u00e9t\u00e9")])
def test_western_european_letters_of_windows_are_read_with_a_warning(base, encoding, label, caplog):
    content = "\n".join(rows(label=label)).encode(encoding)
    with caplog.at_level(logging.WARNING):
        assert {name for _, name in read(base, "t.csv", content)} == {label}
    assert "not UTF-8 and was read as Windows-1252" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", b"PK\x03\x04\0\x01\xff", "a spreadsheet or a zip file; save it as CSV"),
        ("t.xlsx", b"PK\x03\x04", r"neither .*; save the spreadsheet as CSV"),
        ("t.csv", b"PAR1\0\0", "it is a Parquet file"),
        ("t.csv", b"file,label\n\x81\n", "neither UTF-8, UTF-16 nor Windows-1252"),
        ("t.csv", b"file,label\na\0b,c", "it holds zero bytes, so it is no text"),
        ("t.csv.gz", gzip.compress(b"file,label\n" * 99, mtime=0)[:30], "its gzip is damaged"),
        ("t.csv", "\n".join(rows()[1:]).encode(), r"t\.csv has no header row: its first line is audio/a0\.wav, dog"),
        ("t.csv", b"name,kind\na.wav,dog", r"'file'; t\.csv has: name, kind\. Name one of them in braces"),
        ("t.csv", b"<!DOCTYPE html><html>404</html>", "it is a web page; fetch the table itself"),
        ("t.csv", b"file:label\na.wav:dog", "has: file:label alone .a comma, semicolon, tab or . divides columns"),
        ("t.csv", b"file,label,label\na.wav,dog,cat", "or one of them twice: 'label'"),
        ("t.json", b'{"a.wav": "dog", "b.wav": "cat"}', r"t\.json has: key, value\."),
        ("t.json", b'[["a.wav", "dog"]]', "its rows have no names; write each as an object"),
        ("t.json", b'["a.wav"]', "its rows have no names"),
        ("t.json", b'{"a": 1}{"b": 2}', "is not a table"),
        ("t.jsonl", b'{"file": "a.wav"}\n{"file": ', "its row 2 is no JSON: Expecting value"),
        ("t.json", b"[]", "it has no rows"),
        ("t.json", b"3", "it holds a single value; write a list of objects"),
        ("t.json", b'[{"file": "a.wav", "label": {"id": 1, "name": "dog"}}]', "has: file, label_id, label_name"),
    ],
)
def test_an_unreadable_table_is_an_error_with_the_way_out(base, name, content, message):
    with pytest.raises(InputError, match=message) as error:
        read(base, name, content)
    assert "codec" not in str(error.value)


@pytest.mark.parametrize("name", ["t.csv.gz", "t.tsv.gz", "t.txt.gz"])
def test_a_table_packed_by_gzip_is_read(base, name):
    assert read(base, name, gzip.compress("\n".join(rows()).encode())) == EXPECTED


TABLE = pd.DataFrame(EXPECTED, columns=["file", "label"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.json", TABLE.to_json()),
        ("t.json", TABLE.to_json(orient="records")),
        ("t.json", json.dumps(TABLE.to_dict("list"))),
        ("t.json", json.dumps({"data": TABLE.to_dict("records")})),
        *(("t.json", TABLE.to_json(orient=orient)) for orient in ("split", "index", "table")),
        ("t.json", json.dumps({"version": 1, "items": TABLE.to_dict("records")})),
        ("t.json", TABLE.to_json(orient="records", lines=True)),
        ("t.json", "\ufeff" + TABLE.to_json(orient="records")),
        ("t.jsonl", TABLE.to_json(orient="records")),
        ("t.jsonl", TABLE.to_json(orient="records", lines=True).replace("\n", "\r\n")),
        ("t.ndjson", TABLE.to_json(orient="records", lines=True).replace("\n", "\n\n ")),
    ],
)
def test_json_is_read_in_every_layout_of_rows(base, name, content):
    assert read(base, name, content) == EXPECTED


def test_a_line_separator_inside_a_json_text_ends_no_line(base):
    lines = [json.dumps({"file": f"audio/{n}.wav", "label": "a\u2028b"}, ensure_ascii=False) for n in ("a0", "a1")]
    assert {label for _, label in read(base, "t.jsonl", "\n".join(lines))} == {"a b"}


@pytest.mark.parametrize("values", [[0, 1, 10], [0.0, 1.0, 10.0], pd.Categorical(["0", "1", "10"])])
def test_numbers_and_categories_of_parquet_are_labels_without_a_point(base, values):
    pd.DataFrame({"file": [f"audio/{n}.wav" for n in NAMES[:3]], "label": values}).to_parquet(base / "p.parquet")
    found = recordings(Config(root=".", table="p.parquet"), base)
    assert [recording.label for recording in found] == ["0", "1", "10"]


def test_an_index_with_a_name_is_a_column(base):
    TABLE.set_index("file").to_parquet(base / "p.parquet")
    assert [(r.name, r.label) for r in recordings(Config(root=".", table="p.parquet"), base)] == EXPECTED


def test_an_unclosed_quote_in_a_tsv_is_an_ordinary_character(base):
    text = 'file\tlabel\naudio/a0.wav\t"dog\naudio/b0.wav\tcat\n'
    assert read(base, "t.tsv", text) == [("audio/a0.wav", '"dog'), ("audio/b0.wav", "cat")]


def test_a_message_names_some_of_many_columns(base):
    with pytest.raises(InputError, match=r"has: c0, c1, .*, c19, …\. Name one"):
        read(base, "t.csv", ",".join(f"c{n}" for n in range(1000)) + "\n" + "," * 999 + "x")


@pytest.mark.parametrize("blank", ["", "  ", None, float("nan")])
@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_row_without_a_label_is_rejected_and_is_no_class(base, blank, place):
    labels = ["dog", "cat", "dog", "cat"]
    table = TABLE.assign(label=labels).astype(object)
    table.loc[place, "label"] = blank
    table.to_parquet(base / "t.parquet")
    (base / "t.json").write_text(json.dumps(table.to_dict("records")))
    table.fillna("").to_csv(base / "t.csv", index=False)
    for name in ("t.parquet", "t.json", "t.csv"):
        found = list(recordings(Config(root=".", table=name), base))
        assert [r.name for r in found] == list(TABLE["file"])
        assert [r.reason for r in found] == ["no label" if n == place else "" for n in range(4)]


def test_a_table_without_labels_gives_unlabelled_sounds(base):
    assert {label for _, label in read(base, "t.csv", "\n".join(rows(label="")))} == {""}


def test_a_list_of_one_label_is_the_label_and_of_several_is_rejected(base):
    content = 'file\tlabel\naudio/a0.wav\t["dog"]\naudio/a1.wav\t[\'dog\']\naudio/b0.wav\t["cat", "hen"]\n'
    (base / "t.tsv").write_text(content)
    found = list(recordings(Config(root=".", table="t.tsv"), base))
    assert [(r.label, r.reason) for r in found] == [("dog", ""), ("dog", ""), ("", "several labels: cat, hen")]
    (base / "t.json").write_text(json.dumps([{"file": f"audio/{n}.wav", "label": ["dog"]} for n in NAMES]))
    assert {r.label for r in recordings(Config(root=".", table="t.json"), base)} == {"dog"}


def test_the_members_of_an_object_in_a_cell_are_columns(base):
    rows = [{"file": f"audio/{n}.wav", "label": {"id": 1, "name": n[0]}} for n in NAMES]
    (base / "t.json").write_text(json.dumps(rows))
    pd.DataFrame(rows).to_parquet(base / "t.parquet")
    for name in ("t.json", "t.parquet"):
        found = list(recordings(Config(root=".", table=name, label="{label_name}"), base))
        assert [(r.name, r.label) for r in found] == [(f"audio/{n}.wav", n[0]) for n in NAMES]


def test_a_label_in_bytes_is_decoded(base):
    pd.DataFrame({"file": [f"audio/{n}.wav" for n in NAMES], "label": ["é".encode()] * len(NAMES)}).to_parquet(
        base / "t.parquet"
    )
    assert {r.label for r in recordings(Config(root=".", table="t.parquet"), base)} == {"é"}


def test_lists_of_labels_are_reduced_to_the_most_specific_if_a_separator_is_set(base):
    labels = [["dog", "animal"], ["dog", "animal"], ["cat", "animal"], ["animal", "cat"]]
    rows = [{"file": f"audio/{n}.wav", "label": label} for n, label in zip(NAMES, labels, strict=True)]
    assert [label for _, label in read(base, "t.json", json.dumps(rows), separator=",")] == ["dog", "dog", "cat", "cat"]


def test_blanks_around_and_in_a_label_make_no_other_class(base):
    text = 'file,label\naudio/a0.wav,hi hat\naudio/a1.wav,hi  hat \naudio/b0.wav,"hi\nhat"\n'
    assert {label for _, label in read(base, "t.csv", text)} == {"hi hat"}


@pytest.mark.parametrize(
    "spelling",
    [
        "audio\\{}.wav",
        ".\\audio\\{}.wav",
        "./audio/{}.wav",
        "audio//{}.wav",
        "{base}/audio/{}.wav",
        "file://{base}/audio/{}.wav",
        "file://localhost{base}/audio/{}.wav",
        "audio%2F{}%2Ewav",
        "AUDIO/{}.WAV",
        "Audio\\{}.Wav",
        "audio/{}",
        "audio/./elsewhere/../{}.wav",
        "'audio/{}.wav'",
        "~/audio/{}.wav",
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_paths_are_found_in_any_spelling(base, spelling, suffix, monkeypatch):
    monkeypatch.setenv("HOME", str(base))
    lines = rows(spelling.replace("{base}", str(base)))
    if suffix == ".jsonl":
        lines = [json.dumps(dict(zip(("file", "label"), line.split(","), strict=True))) for line in lines[1:]]
    assert read(base, f"t{suffix}", "\n".join(lines)) == EXPECTED


def test_a_name_that_begins_or_ends_with_a_blank_is_found(base):
    write_wav(base / "audio/ c .wav", tone(500, 0.1))
    assert read(base, "t.csv", "file,label\naudio/ c .wav,dog") == [("audio/ c .wav", "dog")]


def test_accents_in_one_or_two_code_points_name_one_file(base):
    write_wav(base / "audio/cafe\u0301.wav", tone(500, 0.1))
    assert read(base, "t.csv", "file,label\naudio/caf\u00e9.wav,dog") == [("audio/cafe\u0301.wav", "dog")]


def test_an_ambiguous_spelling_is_missing(base):
    write_wav(base / "audio/A0.wav", tone(500, 0.1))
    (found,) = recordings(Config(root=".", table=_one(base, "audio/a0.WAV")), base)
    assert not found.path.exists()


def _one(base: Path, file: str) -> str:
    (base / "one.csv").write_text(f"file,label\n{file},dog")
    return "one.csv"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("C:\\Users\\me\\a0.wav", "outside: it is a path of a Windows computer; write it relative to"),
        ("d:/sounds/a0.wav", "outside: it is a path of a Windows computer"),
        ("\\\\server\\share\\a0.wav", "outside: it is a path of a Windows computer"),
        ("https://example.org/a0.wav", "outside: it is an address; fetch the file"),
        ("s3://bucket/a0.wav", "outside: it is an address"),
        ("/somewhere/else/a0.wav", "outside: it does not lie below"),
        ("..\\..\\..\\etc\\hosts", "outside: "),
        ("  ", "no file: its name is blank"),
    ],
)
def test_a_path_of_another_machine_is_rejected_with_the_way_out(base, file, reason):
    (base / "root").mkdir()
    (base / "root/t.csv").write_text(f"file,label,x\n{file},dog,1")
    (found,) = recordings(Config(root="root", table="t.csv"), base)
    assert found.reason.startswith(reason) or (reason == "outside: " and not found.path.exists())


@pytest.mark.parametrize("suffix", [*FORMATS, ".csv.gz", ".CSV"])
def test_the_doctor_accepts_every_format_that_the_manifest_reads(base, suffix):
    target = find_target(str(base / f"labels{suffix}"), None)
    assert (target.ingest.corpus, target.ingest.options["table"]) == ("manifest", f"labels{suffix}")


def test_the_doctor_says_how_to_save_a_spreadsheet(base):
    with pytest.raises(InputError, match="save the spreadsheet as CSV"):
        find_target(str(base / "labels.xlsx"), None)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_are_read_as_a_table_or_an_error(tmp_path, data):
    suffix = data.draw(st.sampled_from([".csv", ".tsv", ".json", ".jsonl", ".parquet", ".csv.gz"]))
    parquet = TABLE.to_parquet()
    seeds = [
        "\n".join(rows()).encode(),
        TABLE.to_json().encode("utf-16"),
        TABLE.to_json(orient="split").encode(),
        parquet,
    ]
    whole = bytearray(data.draw(st.sampled_from([*seeds, gzip.compress(seeds[0])])))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / f"t{suffix}").write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(InputError):
        table = read_table(tmp_path / f"t{suffix}", "t")
        assert all(isinstance(value, str) for row in table.itertuples(index=False, name=None) for value in row)
