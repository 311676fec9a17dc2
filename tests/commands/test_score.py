"""`waveloom score`."""

import json

import pytest
from typer.testing import CliRunner

from tests.api.conftest import noises, tones, write_folder
from waveloom.commands.app import app
from waveloom.config.errors import InputError


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("folders")
    write_folder(place / "generated", noises(8, 2))
    (place / "generated/broken.wav").write_bytes(b"RIFF")
    return write_folder(place / "real", tones(16, 0)), place / "generated"


def run(folders, *options):
    arguments = ["score", *map(str, folders), "--embedding", "mfcc", *options]
    return CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "160"}).output


def test_it_prints_a_table_and_the_files_left_out(folders):
    shown = run(folders)
    assert "8 generated sounds, 8 real ones, 8 others as the floor; 8000 Hz, 0.5 s" in shown
    assert "kernel_distance" in shown
    assert "±" in shown
    assert f"Left out: {folders[1]}/broken.wav (" in shown


def test_json_has_every_number_and_null_for_what_was_not_measured(folders):
    record = json.loads(run(folders, "--json", "--metric", "all", "--seconds", "0.25"))
    assert record["sizes"] == {"train": 16, "real": 8, "generated": 8, "floor": 8}
    assert (record["rate_hz"], record["seconds"]) == (8000, 0.25)
    rows = {row["metric"]: row for row in record["scores"]}
    assert rows["two_sample_accuracy"]["generated"] > 0.9
    assert rows["diversity_within"]["generated"] is None
    assert "labelled" in rows["diversity_within"]["note"]
    assert list(record["left_out"]) == [f"{folders[1]}/broken.wav"]


def test_a_missing_folder_is_an_input_error(folders, tmp_path):
    with pytest.raises(InputError, match="is no folder; name one that holds sounds"):
        run((folders[0], tmp_path / "nowhere"))
