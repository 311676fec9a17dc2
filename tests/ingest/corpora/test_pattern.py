import os

import pytest

from tests.ingest.corpora.test_folder import fill
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.corpora.pattern import Config, recordings

NAMES = r"(?P<emotion>\d\d)-(?P<who>[a-z]+)(?:-(?P<part>\w+))?\.wav"


def found(base, **options):
    options = {"root": "sounds", "pattern": NAMES, "label": "{emotion}", **options}
    return list(recordings(read_config(Config, options, "ingest.options"), base))


def test_named_groups_are_columns_and_values_translate_codes(tmp_path):
    fill(tmp_path, "01-ann.wav", "02-bob-b.wav")
    one, two = found(
        tmp_path, values={"emotion": {"01": "calm", "02": "sad"}}, group="{who}", attribution="{who}{part}"
    )
    assert (one.label, one.group, one.attribution) == ("calm", "ann", "ann")
    assert (two.label, two.group, two.attribution) == ("sad", "bob", "bobb")


def test_a_name_that_does_not_match_and_an_unknown_code_are_rejected(tmp_path):
    fill(tmp_path, "01-ann.wav", "09-ann.wav", "notes.wav")
    assert {r.name: r.reason for r in found(tmp_path, values={"emotion": {"01": "calm"}})} == {
        "01-ann.wav": "",
        "09-ann.wav": "value: emotion is '09'",
        "notes.wav": "name: it does not fit the pattern",
    }


def test_a_link_out_of_the_folder_is_rejected_as_a_link(tmp_path):
    fill(tmp_path, "01-ann.wav")
    os.symlink("/etc/hostname", tmp_path / "sounds/02-out.wav")
    assert [r.reason for r in found(tmp_path)] == ["", "link: it leads out of sounds"]


def test_only_the_configured_labels_are_recordings(tmp_path):
    fill(tmp_path, "01-ann.wav", "02-ann.wav", "notes.wav")
    assert [r.name for r in found(tmp_path, labels=["02"])] == ["02-ann.wav", "notes.wav"]


def test_a_configured_label_without_a_sound_is_an_error(tmp_path):
    fill(tmp_path, "01-ann.wav")
    with pytest.raises(InputError, match=r"options\.labels names 03; no sound has such a label"):
        found(tmp_path, labels=["01", "03"])


def test_a_part_of_the_name_is_the_split(tmp_path):
    fill(tmp_path, "01-ann-dev.wav", "01-bob.wav")
    assert [r.split for r in found(tmp_path, split="{part}", split_values={"dev": "validation"})] == ["validation", ""]
    with pytest.raises(InputError, match="gives 'dev'"):
        found(tmp_path, split="{part}")


def test_details_are_joined_from_every_file_that_fits(tmp_path):
    fill(tmp_path, "01-ann.wav", "01-bob.wav", "01-cy.wav")
    (tmp_path / "sounds/a").mkdir()
    (tmp_path / "sounds/a/1.txt").write_text("; who | old | from\nann | 30 | Rome | by the river\n")
    (tmp_path / "sounds/2.txt").write_text("")
    (tmp_path / "sounds/a/2.txt").write_text("bob | 40 | Bath\n")
    details = {"table": "a/*.txt", "columns": ["id", "age", "town"], "separator": "|", "comment": ";"}
    selected = found(tmp_path, details={**details, "where": "{who}", "key": "id"}, label="{town}", attribution="{age}")
    assert [(r.label, r.attribution, r.reason) for r in selected] == [
        ("Rome | by the river", "30", ""),
        ("Bath", "40", ""),
        ("", "", "details: a/*.txt has no 'cy'"),
    ]


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"table": "no.csv", "where": "{who}"}, r"details\.table: there is no no\.csv"),
        ({"table": "t.csv", "where": "{who}"}, r"details\.key is 'key'; t\.csv has: id, age"),
        ({"table": "twice.csv", "where": "{who}", "key": "id"}, "names 'ann' twice"),
        (
            {"table": "t.csv", "where": "{who}", "columns": ["id", "age", "town"]},
            "does not give the columns id, age, town",
        ),
    ],
)
def test_details_that_cannot_be_joined_are_errors(tmp_path, details, message):
    fill(tmp_path, "01-ann.wav")
    (tmp_path / "sounds/t.csv").write_text("id,age\nann,30\n")
    (tmp_path / "sounds/twice.csv").write_text("id,age\nann,30\nann,31\n")
    with pytest.raises(InputError, match=message):
        found(tmp_path, details=details)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "(?P<a"}, r"ingest\.options\.pattern is '\(\?P<a'; input should be a valid regular expression"),
        ({"label": "{word}"}, r"label names the column 'word'; ingest\.options\.pattern has: emotion, who, part"),
        ({"values": {"word": {}}}, r"values names the column 'word'; ingest\.options\.pattern has: emotion, who, part"),
        ({"root": "elsewhere"}, "there is no such folder"),
    ],
)
def test_a_wrong_option_is_an_error(tmp_path, options, message):
    fill(tmp_path, "01-ann.wav")
    with pytest.raises(InputError, match=message):
        found(tmp_path, **options)


def test_a_folder_without_sounds_is_an_error(tmp_path):
    fill(tmp_path, "readme.txt")
    with pytest.raises(InputError, match="holds no sound files"):
        found(tmp_path)


def test_the_archive_of_digits_of_wavegan_is_read_with_the_preset(tmp_path):
    fill(
        tmp_path,
        "train/Zero_004ae714_nohash_0.wav",
        "valid/Nine_00f0204f_nohash_1.wav",
        "test/One_0a2b400e_nohash_0.wav",
    )
    digits = found(
        tmp_path,
        pattern=r"(?P<part>train|valid|test)/(?P<word>[A-Z][a-z]+)_(?P<speaker>[0-9a-f]{8})_nohash_\d+\.wav",
        label="{word}",
        split="{part}",
        split_values={"train": "train", "valid": "validation", "test": "test"},
    )
    assert [(r.label, r.split) for r in digits] == [("One", "test"), ("Zero", "train"), ("Nine", "validation")]


def test_a_part_of_the_name_may_be_the_description(tmp_path):
    fill(tmp_path, "01-ann.wav", "02-bob-sighing.wav")
    named = NAMES.replace("part", "description")
    assert [r.description for r in found(tmp_path, pattern=named)] == ["", "sighing"]
