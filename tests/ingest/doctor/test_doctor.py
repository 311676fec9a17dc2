import json
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

from tests.sounds import RATE, noise, silence, tone, write_wav
from waveloom.commands.app import app
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.doctor.examine import Examination
from waveloom.ingest.doctor.headers import same_bytes
from waveloom.project.doctor import examine
from waveloom.project.doctor_target import find_target

ROOT = Path(__file__).parents[3]


def fill(folder: Path, *labels: str, count: int = 4) -> Path:
    for label in labels:
        for number in range(count):
            write_wav(folder / label / f"{number}.wav", noise(1.5, seed=hash_of(label) + number))
    return folder


def hash_of(label: str) -> int:
    return 100 * sum(map(ord, label))


def examined(folder: Path, fast: bool = False, *options: str) -> Examination:
    return examine(find_target(str(folder), None, options), fast)


def what(examination: Examination, part: str) -> list[int]:
    return [finding.count for finding in examination.findings if part in finding.what]


@pytest.mark.parametrize("fast", [True, False])
def test_every_file_is_counted_once_accepted_or_rejected(tmp_path, fast):
    fill(tmp_path, "cat", "dog")
    write_wav(tmp_path / "cat/short.wav", noise(0.01))
    (tmp_path / "cat/text.wav").write_text("hello")
    (tmp_path / "dog/empty.flac").touch()
    shutil.copy(tmp_path / "dog/0.wav", tmp_path / "dog/copy.wav")
    facts = examined(tmp_path, fast).facts
    assert facts.files == 12
    assert facts.accepted == 8
    assert {kind: row["count"] for kind, row in facts.rejected.items()} == {
        "empty": 1,
        "same bytes": 1,
        "too short": 1,
        "unreadable": 1,
    }
    assert facts.rejected["same bytes"]["examples"] in (["dog/copy.wav (same bytes as dog/0.wav)"],)
    assert {label: row["recordings"] for label, row in facts.classes.items()} == {"cat": 4, "dog": 4}
    assert sum(facts.splits.values()) == 8


@pytest.mark.parametrize("fast", [True, False])
@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
def test_an_archive_is_examined_like_its_folder_and_leaves_no_files(tmp_path, monkeypatch, kind, fast):
    fill(tmp_path / "in", "cat", "dog")
    (tmp_path / "in/cat/text.wav").write_text("hello")
    packed = Path(shutil.make_archive(str(tmp_path / "sounds"), kind, tmp_path / "in"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    facts, plain = examined(packed, fast).facts, examined(tmp_path / "in", fast).facts
    assert (facts.files, facts.accepted, facts.classes) == (plain.files, plain.accepted, plain.classes)
    assert (facts.files, facts.accepted, set(facts.classes)) == (9, 8, {"cat", "dog"})
    assert list((tmp_path / "temporary").iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"in", "temporary", packed.name}


def test_the_corpus_that_reads_an_archive_can_be_chosen(tmp_path):
    fill(tmp_path / "in/set", "audio")
    (tmp_path / "in/set/labels.csv").write_text("name,kind\n0.wav,low\n1.wav,low\n2.wav,high\n3.wav,high\n")
    packed = Path(shutil.make_archive(str(tmp_path / "sounds"), "zip", tmp_path / "in"))
    options = ("corpus=manifest", "root=set", "table=labels.csv", "file=audio/{name}", "label={kind}")
    assert set(examined(packed, True, *options).facts.classes) == {"low", "high"}


def test_headers_give_rates_channels_and_durations(tmp_path):
    fill(tmp_path, "x")
    write_wav(tmp_path / "x/slow.wav", tone(100, 3.0, 8000), 8000)
    write_wav(tmp_path / "x/stereo.wav", np.tile(tone(440, 0.5)[:, None], 2))
    facts = examined(tmp_path, True).facts
    assert facts.rates_hz == {str(RATE): 5, "8000": 1}
    assert facts.channels == {"1": 5, "2": 1}
    assert facts.seconds == {"min": 0.5, "median": 1.5, "max": 3.0, "p90": 2.25, "total": 9.5}
    assert facts.peak_db is None


def test_faults_that_harm_training_are_found_in_decoded_sounds(tmp_path):
    fill(tmp_path, "x", count=3)
    write_wav(tmp_path / "x/clipped.wav", np.clip(tone(100, gain=3), -1, 1))
    write_wav(tmp_path / "x/offset.wav", tone(100) + 0.1)
    write_wav(tmp_path / "x/quiet.wav", tone(100, gain=0.005))
    write_wav(tmp_path / "x/padded.wav", np.concatenate([tone(100), silence()]))
    write_wav(tmp_path / "x/silent.wav", silence())
    examination = examined(tmp_path)
    named = {finding.what: finding.examples for finding in examination.findings}
    assert named["clipped"] == ("x/clipped.wav",)
    assert named["mean more than 1% away from zero"] == ("x/offset.wav",)
    assert named["peak below -40 dB"] == ("x/quiet.wav",)
    assert named["more than 10% silence before or after the sound"] == ("x/padded.wav",)
    assert named["rejected: silent"] == ("x/silent.wav (silent)",)
    assert all(finding.advice for finding in examination.findings)


def test_a_corpus_without_faults_has_no_findings(tmp_path):
    write_wav(tmp_path / "in/a/0.wav", noise(1.5))
    fill(tmp_path / "in", "a", "b")
    assert [f for f in examined(tmp_path / "in", False, "licence=CC0").findings if f.weight != "note"] == []


@pytest.mark.parametrize(
    ("rates", "count", "advice"),
    [
        ([8000] * 4, 4, "prepare.rate_hz to 8000 and prepare.samples to 8192."),
        ([8000, 11025, 16000, 44100], 2, "prepare.rate_hz to 8000 and prepare.samples to 8192, or leave these"),
        ([11025] * 3 + [16000], 3, "prepare.rate_hz to 11025 and prepare.samples to 12288, or leave these"),
    ],
)
def test_recordings_of_a_lower_rate_than_the_clips_are_a_warning_with_the_rate_to_set(tmp_path, rates, count, advice):
    for number, rate in enumerate(rates):
        write_wav(tmp_path / f"x/{number}.wav", noise(1.5, rate, seed=number), rate)
    (found,) = [finding for finding in examined(tmp_path).findings if "lower rate" in finding.what]
    assert (found.weight, found.count) == ("warning", count)
    assert advice in found.advice


def test_recordings_at_or_above_the_rate_of_the_clips_are_no_finding(tmp_path):
    for number, rate in enumerate([16_000, 44_100, 48_000, 16_000]):
        write_wav(tmp_path / f"x/{number}.wav", noise(1.5, rate, seed=number), rate)
    assert what(examined(tmp_path), "lower rate") == []


def test_a_corpus_without_a_usable_recording_is_a_stop(tmp_path):
    write_wav(tmp_path / "rare/0.wav", noise(0.001))
    first = examined(tmp_path, True).findings[0]
    assert first.weight == "stop"
    assert "All 1 recordings were rejected" in first.what


def findings_of(folder: Path, **sizes: int) -> dict[str, int]:
    """The findings for classes of these sizes: {finding: count}."""
    for label, count in sizes.items():
        fill(folder, label, count=count)
    return {finding.what: finding.count for finding in examined(folder, True).findings}


def test_classes_for_training_only_fewer_folds_and_smaller_batches_are_findings(tmp_path):
    counts = findings_of(tmp_path, large=12, some=5, two=2, one=1)
    (alone,) = (what for what in counts if "for training only" in what)
    assert counts[alone] == 3
    assert "'one', 'two'" in alone
    assert counts["clips to train on, so batches of 16 in place of train.batch_size = 32"] == 16
    assert any("2 in place of classify.folds = 5: 'two' has 2 groups" in what for what in counts)
    assert any("2 in place of evaluate.folds = 5" in what for what in counts)
    assert any("learned but not tested: 'one'" in what for what in counts)
    assert any("2 real sounds in the test split are too few for: frechet_distance, " in what for what in counts)


def test_a_folder_of_one_file_has_each_expected_omission_as_a_finding(tmp_path):
    counts = findings_of(tmp_path, lone=1)
    assert counts["clips to train on, so batches of 4 in place of train.batch_size = 32"] == 1
    assert counts["clips to validate with, where a distance needs two"] == 0
    assert counts["class, so no classifier and no measure of labels"] == 1
    assert any(what.startswith("clips to test with; 0 real sounds") for what in counts)
    assert any("no other real sounds" in what for what in counts)


def test_a_folder_large_enough_has_no_expected_omission(tmp_path):
    omissions = ("in place of", "too few", "for training only", "no other real sounds", "to validate with")
    counts = findings_of(tmp_path, a=45, b=45)
    assert [what for what in counts if any(part in what for part in omissions)] == []


def test_a_class_that_would_be_dropped_is_a_rejection(tmp_path):
    fill(tmp_path, "large", count=6)
    fill(tmp_path, "rare", count=1)
    target = find_target(str(tmp_path), None)
    examination = examine(replace(target, ingest=replace(target.ingest, small_classes="drop")), True)
    assert examination.facts.rejected["small class"]["count"] == 1
    assert examination.facts.accepted == 6


def test_classes_out_of_balance_are_named(tmp_path):
    fill(tmp_path, "rare", count=3)
    fill(tmp_path, "frequent", count=30)
    assert what(examined(tmp_path, True), "'frequent', but 3 of 'rare'") == [30]


def test_one_sound_with_two_labels_is_a_finding(tmp_path):
    fill(tmp_path, "cat", "dog")
    shutil.copy(tmp_path / "cat/0.wav", tmp_path / "dog/copy.wav")
    for fast in (True, False):
        assert what(examined(tmp_path, fast), "another label") == [1]


def test_a_table_names_its_own_columns(tmp_path):
    fill(tmp_path, "a", "b")
    rows = [f"{label}/{n}.wav,{label},{lic}" for label, lic in (("a", "CC0"), ("b", "")) for n in range(4)]
    (tmp_path / "t.csv").write_text("\n".join(["fname,kind,lic", *rows]))
    examination = examined(tmp_path / "t.csv", True, "file={fname}", "label={kind}", "licence={lic}")
    assert examination.facts.licences == {"": 4, "CC0": 4}
    assert what(examination, "no licence stated") == [4]


def test_a_generated_corpus_can_be_examined(tmp_path):
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copy(ROOT / "params.yaml", tmp_path / "params.yaml")
    options = ["programs=0,1,2"]
    with pytest.raises(InputError, match=r"ingest\.options\.programs"):
        examine(find_target("smoke", tmp_path, options), True)
    examination = examine(find_target("smoke", tmp_path), True)
    assert examination.facts.files == examination.facts.accepted == 12 * 5 + 47
    assert list(tmp_path.rglob("*.flac")) == []


def test_notes_played_in_stereo_are_as_long_as_in_mono(tmp_path):
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copy(ROOT / "params.yaml", tmp_path / "params.yaml")
    mono, stereo = (examine(find_target("smoke", tmp_path, [f"stereo={way}"]), True).facts for way in ("false", "true"))
    assert stereo.accepted == mono.accepted
    assert stereo.seconds == mono.seconds
    assert (set(mono.channels), set(stereo.channels)) == ({"1"}, {"2"})


def test_an_argument_of_no_supported_type_is_an_error(tmp_path):
    with pytest.raises(InputError, match="neither a folder, nor a table"):
        find_target(str(tmp_path / "nowhere"), None)
    with pytest.raises(InputError, match="write key=value"):
        find_target(str(tmp_path), None, ["licence"])


def test_equal_bytes_are_distinguished_from_equal_sizes_and_equal_ends(tmp_path):
    sound = noise(2.0)
    other = sound.copy()
    other[RATE] = 0
    for name, samples in (("a", sound), ("b", other), ("c", sound), ("d", noise(2.0, seed=1)), ("e", sound)):
        write_wav(tmp_path / f"{name}.wav", samples)
    paths = [str(tmp_path / f"{name}.wav") for name in "abcde"]
    assert same_bytes(paths) == {paths[2]: paths[0], paths[4]: paths[0]}


def test_the_command_prints_tables_or_json(tmp_path):
    fill(tmp_path / "in", "cat", "dog")
    soundfile.write(tmp_path / "in/cat/bad[red].wav", np.zeros((10, 1)), RATE)
    run = CliRunner()
    result = run.invoke(app, ["doctor", str(tmp_path / "in"), "--project", str(tmp_path)])
    assert result.exit_code == 0
    assert "8 accepted" in result.output
    assert "too short" in result.output
    as_json = run.invoke(app, ["doctor", str(tmp_path / "in"), "--json", "--fast", "--project", str(tmp_path)])
    assert json.loads(as_json.output)["facts"]["accepted"] == 8


def test_a_parameter_that_needs_too_much_memory_is_a_stop(tmp_path):
    fill(tmp_path / "sounds", "cat")
    (tmp_path / "params.yaml").write_text("prepare:\n  samples: 1000000000000\n")
    stops = [
        f.what for f in examine(find_target(str(tmp_path / "sounds"), tmp_path), True).findings if f.weight == "stop"
    ]
    assert len(stops) == 1
    assert stops[0].startswith("prepare.samples is 1000000000000; 64 clips then take")


def test_the_command_fails_where_ingest_would(tmp_path):
    write_wav(tmp_path / "in/cat/0.wav", noise(0.001))
    result = CliRunner().invoke(app, ["doctor", str(tmp_path / "in"), "--fast", "--project", str(tmp_path)])
    assert result.exit_code == 1
    assert "stop" in result.output


def test_near_duplicates_and_those_in_two_splits_are_findings(tmp_path):
    for number in range(12):
        sound = noise(0.5, seed=number)
        write_wav(tmp_path / f"x/{number:02d}.wav", sound)
        write_wav(tmp_path / f"x/{number:02d}-copy.wav", 0.3 * sound[501:])
    examination = examined(tmp_path)
    assert what(examination, "copies of another recording, at another gain") == [12]
    assert what(examination, "copies of a recording in another split")[0] > 0
    assert what(examined(tmp_path, True), "at another gain") == []


def labelled(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """A table of the sounds written by `fill(folder, "x")`."""
    lines = ["file;label", *(f"x/{name}.wav;{label}" for name, label in rows)]
    (folder / "labels.csv").write_text("\n".join(lines))
    return folder / "labels.csv"


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["cat", "Cat", "hi-hat", "hi hat"], ["'Cat', 'cat'", "'hi hat', 'hi-hat'"]),
        (["Cafe", "caf\u00e9", "\uff43afe", "cats"], ["'Cafe', '\uff43afe'"]),
        (["cat", "dog", "0", "10"], []),
    ],
)
def test_labels_that_differ_in_spelling_alone_are_found(tmp_path, labels, expected):
    fill(tmp_path, "x")
    examination = examined(labelled(tmp_path, [(str(n), label) for n, label in enumerate(labels)]))
    found = [finding for finding in examination.findings if "differ only in capitals" in finding.what]
    assert [example for finding in found for example in finding.examples] == expected


@pytest.mark.parametrize("blank", ["NaN", "none", "N/A", "?"])
def test_a_label_that_looks_like_an_empty_cell_is_found(tmp_path, blank):
    fill(tmp_path, "x")
    examination = examined(labelled(tmp_path, [("0", "cat"), ("1", blank), ("2", "cat"), ("3", "dog")]))
    assert what(examination, "look like an empty cell") == [1]


@pytest.mark.parametrize(
    ("labels", "count"),
    [
        (["train", "test", "unlabelled"], 2),
        (["Training_Set", "test-set", "val_data"], 3),
        (["fold1", "fold2", "fold10"], 3),
        (["train whistle", "testament", "foldable", "development song"], 0),
    ],
)
def test_folders_named_like_splits_that_count_as_classes_are_findings(tmp_path, labels, count):
    fill(tmp_path, *(f"{label}/{kind}" for label in labels for kind in ("a", "b")))
    examination = examined(tmp_path, True)
    assert set(examination.facts.classes) == set(labels)
    assert what(examination, "labels that look like splits") == [count] * bool(count)


def test_classes_without_training_or_test_recordings_are_findings(tmp_path):
    fill(tmp_path, "train/a", "train/b", "test/a", "test/new")
    findings = [finding.what for finding in examined(tmp_path, True).findings]
    assert "classes without a recording to train on, as the corpus divides them: 'new'" in findings
    assert "classes without a recording in the test split: 'b'" in findings


def test_labels_that_look_like_several_in_one_are_found(tmp_path):
    fill(tmp_path, "x")
    examination = examined(
        labelled(tmp_path, [("0", "cat,animal"), ("1", "dog,animal"), ("2", "cat"), ("3", "clap, snap")])
    )
    assert what(examination, "look like several in one") == [2]


def test_a_file_in_two_rows_with_two_labels_is_used_once_and_is_a_finding(tmp_path):
    fill(tmp_path, "x")
    examination = examined(labelled(tmp_path, [("0", "cat"), ("1", "cat"), ("0", "dog"), ("1", "cat")]))
    assert examination.facts.rejected["same bytes"]["count"] == 2
    assert what(examination, "copies under another label") == [1]


def test_rows_without_a_label_are_rejected_with_advice(tmp_path):
    fill(tmp_path, "x")
    examination = examined(labelled(tmp_path, [("0", "cat"), ("1", ""), ("2", "cat"), ("3", '["cat", "dog"]')]))
    advice = {finding.what: finding.advice for finding in examination.findings}
    assert "Fill in its label" in advice["rejected: no label"]
    assert "separator" in advice["rejected: several labels"]
    assert set(examination.facts.classes) == {"cat"}


def test_the_peak_before_scaling_is_shown_and_found(tmp_path):
    fill(tmp_path, "cat")
    for number in range(4):
        write_wav(tmp_path / f"dog/{number}.wav", 32767 * noise(1.5, seed=number), subtype="FLOAT")
    examination = examined(tmp_path)
    assert what(examination, "above full scale") == [4]
    assert "(+84 dB)" in next(f.examples[0] for f in examination.findings if "above full scale" in f.what)
    shown = CliRunner().invoke(app, ["doctor", str(tmp_path)]).stdout
    assert "highest peak before scaling" in shown
    assert "84.3 dB" in shown


def test_a_mix_far_below_the_loudest_channel_is_found_and_names_the_parameter(tmp_path):
    for number in range(4):
        sound = noise(1.5, seed=number)
        write_wav(tmp_path / f"cat/{number}.wav", np.stack([sound, -0.97 * sound], axis=1))
    examination = examined(tmp_path)
    assert what(examination, "below the loudest channel") == [4]
    assert "prepare.channel" in next(f.advice for f in examination.findings if "loudest channel" in f.what)


def test_files_that_are_no_sounds_are_counted(tmp_path):
    fill(tmp_path, "cat")
    for name in ("README", "cat/a.txt", "cat/b.txt", "cat/c.jpg", ".hidden"):
        (tmp_path / name).write_text("hello")
    examination = examined(tmp_path)
    assert examination.facts.other_files == {".txt": 2, "no suffix": 1, ".jpg": 1}
    assert what(examination, "no sounds") == [4]


def test_the_advice_for_a_name_that_does_not_fit_is_not_about_utf8(tmp_path):
    fill(tmp_path, "cat")
    write_wav(tmp_path / "cat/odd name.wav", noise(1.5))
    pattern = {"corpus": "pattern", "options": {"root": str(tmp_path), "pattern": r"(?P<label>\w+)/\d+\.wav"}}
    target = find_target(str(tmp_path), None)
    examination = examine(replace(target, ingest=read_config(Ingest, pattern, "ingest")), True)
    (advice,) = (finding.advice for finding in examination.findings if finding.what == "rejected: name")
    assert "ingest.options.pattern" in advice
    assert "UTF-8" not in advice


@pytest.mark.parametrize(
    ("sound", "kind", "advice"),
    [
        (np.full(RATE, 0.3), "constant", "offset"),
        (np.r_[noise(1.0), np.float32(40)], "corrupt", "Repair"),
        (np.stack([tone(440), -tone(440)], axis=1), "cancelled", "prepare.channel"),
    ],
    ids=["constant", "corrupt", "cancelled"],
)
def test_unusable_recordings_have_a_reason_and_advice(tmp_path, sound, kind, advice):
    fill(tmp_path, "cat")
    write_wav(tmp_path / "cat/bad.wav", sound, subtype="FLOAT")
    examination = examined(tmp_path)
    assert set(examination.facts.rejected) == {kind}
    assert advice in next(finding.advice for finding in examination.findings if kind in finding.what)


PAIRS = ("domains=folder", "pairs=stem")


@pytest.mark.parametrize("fast", [True, False])
def test_domains_and_pairs_are_counted_and_what_would_stop_prepare_is_a_finding(tmp_path, fast):
    fill(tmp_path, "organ", "flute", count=6)
    examination = examined(tmp_path, fast, *PAIRS)
    assert (examination.facts.domains, examination.facts.pairs) == ({"flute": 6, "organ": 6}, 6)
    assert [f.count for f in examination.findings if "prepare.level is peak" in f.what and f.weight == "stop"] == [12]
    target = find_target(str(tmp_path), None, PAIRS)
    assert what(examine(replace(target, prepare=replace(target.prepare, level="none")), fast), "prepare.level") == []
    assert examined(tmp_path, fast).facts.domains == {}


def test_domains_are_shown(tmp_path):
    fill(tmp_path, "organ", "flute", count=6)
    options = [part for setting in PAIRS for part in ("--option", setting)]
    result = CliRunner().invoke(app, ["doctor", str(tmp_path), *options])
    assert "organ: 6" in result.output
    assert "pairs" in result.output


@pytest.mark.parametrize("options", [(), PAIRS])
def test_levelling_is_suggested_for_long_recordings_unless_they_are_pairs(tmp_path, options):
    for number in range(12):
        write_wav(tmp_path / ("organ", "flute")[number % 2] / f"{number // 2}.wav", noise(3.0, seed=number))
    names = {found.name for found in examined(tmp_path, True, *options).suggestions}
    assert "prepare.frames" in names
    assert ("prepare.level" in names) == (not options)
