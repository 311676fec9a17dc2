import logging
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from tests.sounds import RATE, noise, silence, tone, write_wav
from waveloom.audio.clip import Clip
from waveloom.audio.decode import Limits
from waveloom.audio.digests import file_digest
from waveloom.audio.store import open_store, write
from waveloom.config import plugins
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.datasets.table import TableDataset
from waveloom.ingest import corpora
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.ingest.corpora import Recording
from waveloom.ingest.inspection import Inspection, inspect_recordings
from waveloom.ingest.provenance import provenance
from waveloom.ingest.reasons import count_reasons
from waveloom.ingest.recordings import recordings, recordings_table
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

CONFIG = Ingest(corpus="folder", options={"root": "in"}, min_seconds=0.1, max_seconds=2.0)
TINY_FONT = {"programs": [0, 1, 2], "pitches": [60], "drum_kits": [], "hold_seconds": 0.2, "release_seconds": 0.1}


def fill(base: Path, label: str = "good", count: int = 6) -> None:
    for number in range(count):
        write_wav(base / f"in/{label}/{number}.wav", noise(0.2, seed=number + 100 * ord(label[0])))


def table_of(base: Path, config: Ingest = CONFIG) -> pd.DataFrame:
    return recordings(config, base / "out", base)


def by_name(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["name"], table["reason"], strict=True))


def test_every_file_has_one_row_with_its_reason(tmp_path, caplog):
    fill(tmp_path)
    bad = tmp_path / "in/good"
    write_wav(bad / "short.wav", noise(0.05))
    write_wav(bad / "long.wav", noise(2.5))
    write_wav(bad / "silent.wav", silence())
    write_wav(bad / "nan.wav", np.full(RATE, np.nan), subtype="FLOAT")
    (bad / "text.mp3").write_text("hello")
    shutil.copy(bad / "0.wav", bad / "twin.wav")
    table = table_of(tmp_path)
    assert by_name(table) == {
        **{f"good/{n}.wav": "" for n in range(6)},
        "good/long.wav": "too long: 2.5 s, and ingest.max_seconds is 2",
        "good/nan.wav": "non-finite",
        "good/short.wav": "too short: 0.05 s",
        "good/silent.wav": "silent",
        "good/text.mp3": table.loc[table["name"] == "good/text.mp3", "reason"].item(),
        "good/twin.wav": "same bytes as good/0.wav",
    }
    assert ((table["status"] == "accepted") == (table["reason"] == "")).all()
    assert count_reasons(table)["same bytes"] == 1
    assert "6 of 12 recordings were rejected" in caplog.text


def test_a_row_describes_its_file(tmp_path):
    fill(tmp_path)
    write_wav(tmp_path / "in/good/stereo.wav", np.tile(tone(440, 0.5)[:, None], 2))
    row = table_of(tmp_path).set_index("name").loc["good/stereo.wav"]
    assert (row["rate_hz"], row["channels"], row["seconds"], row["label"]) == (RATE, 2, 0.5, "good")
    assert row["path"] == "in/good/stereo.wav"
    assert row["recording_id"] == file_digest(tmp_path / "in/good/stereo.wav")


def test_the_table_does_not_depend_on_where_the_project_lies(tmp_path):
    for home in ("one", "elsewhere/two"):
        fill(tmp_path / home)
    pd.testing.assert_frame_equal(table_of(tmp_path / "one"), table_of(tmp_path / "elsewhere/two"))


def test_a_corpus_outside_the_project_has_absolute_paths(tmp_path):
    fill(tmp_path)
    config = read_config(Ingest, {"corpus": "folder", "options": {"root": str(tmp_path / "in")}}, "ingest")
    table = recordings(config, tmp_path / "project/out", tmp_path / "project")
    assert table["path"].tolist() == [(tmp_path / f"in/good/{n}.wav").as_posix() for n in range(6)]


def test_a_file_name_that_is_not_utf8_has_a_row(tmp_path):
    fill(tmp_path)
    name = os.fsdecode(b"in/good/\xff.wav")
    try:
        write_wav(tmp_path / "a.wav", noise(0.3)).rename(tmp_path / name)
    except OSError:
        pytest.skip("this file system takes no such names")
    table = table_of(tmp_path)
    assert by_name(table)["good/\\xff.wav"].startswith("name: ")
    table.to_parquet(tmp_path / "t.parquet")


def test_a_listed_file_that_does_not_exist_is_missing(tmp_path):
    (row,) = inspect_recordings([Recording("a.wav", tmp_path / "a.wav")], Inspection(Limits(), tmp_path))
    assert (row["status"], row["reason"], row["seconds"]) == ("rejected", "missing", 0)


def test_a_recording_with_a_reason_is_not_opened(tmp_path):
    (row,) = inspect_recordings(
        [Recording("a.wav", tmp_path, reason="link: it leads out")], Inspection(Limits(), tmp_path)
    )
    assert (row["status"], row["reason"], row["recording_id"]) == ("rejected", "link: it leads out", "")


def test_rejected_recordings_without_a_label_are_no_class(tmp_path):
    fill(tmp_path)
    (tmp_path / "in/out").symlink_to("/")
    assert by_name(table_of(tmp_path))["out"] == "link: it leads out of in"


def test_of_one_file_listed_twice_the_first_is_used(tmp_path):
    path = write_wav(tmp_path / "a.wav", noise())
    table = recordings_table([Recording("a.wav", path)] * 2, Inspection(CONFIG, tmp_path, fingerprints=True))
    assert table["status"].tolist() == ["accepted", "rejected"]
    assert table["reason"].tolist() == ["", "same bytes as a.wav"]


def test_of_equal_samples_in_several_formats_the_first_is_used_and_the_others_join_its_group(tmp_path):
    sound = noise(0.5)
    paths = [write_wav(tmp_path / "a.wav", sound)]
    samples = soundfile.read(paths[0], dtype="int16")[0]
    for name, subtype in (("b.flac", "PCM_16"), ("c.wav", "PCM_24"), ("d.aiff", "PCM_16"), ("e.wav", "FLOAT")):
        soundfile.write(tmp_path / name, samples if subtype != "FLOAT" else samples / 32768, RATE, subtype)
        paths.append(tmp_path / name)
    soundfile.write(tmp_path / "slower.wav", samples, RATE // 2)
    found = [Recording(path.name, path, group=path.stem) for path in [*paths, tmp_path / "slower.wav"]]
    table = recordings_table(found, Inspection(CONFIG, tmp_path, fingerprints=True))
    assert table["reason"].tolist() == ["", *["same samples as a.wav"] * 4, ""]
    assert table["group"].tolist() == ["a"] * 5 + ["slower"]
    assert count_reasons(table) == {"same samples": 4}


def copies(base: Path) -> None:
    """Twelve sounds, each with a quieter copy that lacks the beginning, each file a group of its own."""
    for number in range(12):
        sound = noise(0.5, seed=number)
        write_wav(base / f"in/x/{number:02d}.wav", sound)
        write_wav(base / f"in/x/{number:02d}-copy.wav", 0.3 * sound[501:])


def across(table: pd.DataFrame) -> int:
    return len(provenance(table).across)


def test_near_duplicates_are_recorded_with_a_warning_if_they_are_in_different_splits(tmp_path, caplog):
    copies(tmp_path)
    table = table_of(tmp_path)
    named = dict(zip(table["name"], table["similar_to"], strict=True))
    assert named == {
        f"x/{n:02d}{end}.wav": f"x/{n:02d}-copy.wav" * (end == "") for n in range(12) for end in ("", "-copy")
    }
    assert 0 < across(table) == int(caplog.text.split("recordings are copies of")[0].split()[-1])


def test_near_duplicates_that_are_grouped_share_a_split(tmp_path, caplog):
    copies(tmp_path)
    table = table_of(tmp_path, replace(CONFIG, near_duplicates="group"))
    assert across(table) == 0
    assert table["group"].nunique() == 12
    assert set(table["split"]) == {"train", "validation", "test"}
    assert not caplog.records


def test_near_duplicates_can_be_ignored(tmp_path):
    copies(tmp_path)
    table = table_of(tmp_path, replace(CONFIG, near_duplicates="none"))
    assert table["similar_to"].isna().all()
    assert provenance(table).similar is None
    TableDataset(str(tmp_path / "t.parquet")).save(table)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), table)


def test_a_licence_that_is_not_allowed_is_an_error_and_leaves_earlier_sounds(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/old.flac").touch()
    fill(tmp_path)
    config = replace(CONFIG, options={"root": "in", "licence": "CC-BY-NC-4.0"}, licences=("CC0",))
    with pytest.raises(InputError, match=r"6 recordings have a licence.*'CC-BY-NC-4\.0' 6; for example good/0\.wav"):
        table_of(tmp_path, config)
    assert (tmp_path / "out/old.flac").exists()


def test_generated_sounds_are_written_as_sixteen_bit_flac(tmp_path):
    sound = tone(440, 0.5)
    (row,) = inspect_recordings([Recording("a/b", None, Clip(sound, RATE), "a")], Inspection(Limits(), tmp_path))
    assert soundfile.info(tmp_path / "a/b.flac").subtype == "PCM_16"
    np.testing.assert_allclose(soundfile.read(tmp_path / "a/b.flac")[0], sound, atol=2 / 32768)
    assert row["recording_id"] == file_digest(tmp_path / "a/b.flac")


def test_a_generated_corpus_replaces_the_earlier_one(tmp_path):
    config = Ingest(corpus="soundfont", options=TINY_FONT)
    for leftover in ("out/old.flac", "out.partial/half.flac"):
        (tmp_path / leftover).parent.mkdir()
        (tmp_path / leftover).touch()
    table = table_of(tmp_path, config)
    files = [p.relative_to(tmp_path).as_posix() for p in sorted(tmp_path.rglob("*.flac"))]
    assert sorted(table["path"]) == files
    assert not (tmp_path / "out.partial").exists()


def test_if_no_recording_is_usable_the_error_counts_the_reasons(tmp_path):
    for number in range(3):
        write_wav(tmp_path / f"in/x/{number}.wav", silence(0.5 + number / 10))
    (tmp_path / "in/x/text.wav").write_text("hello")
    with pytest.raises(InputError, match=r"All 4 recordings were rejected \(silent 3, unreadable 1\), such as"):
        table_of(tmp_path)


def test_a_corpus_without_recordings_is_an_error(tmp_path):
    config = Ingest(corpus="soundfont", options={"programs": [], "drum_kits": []})
    with pytest.raises(InputError, match="'soundfont' gives no recordings"):
        table_of(tmp_path, config)


def test_a_class_with_too_few_recordings_is_for_training_only(tmp_path):
    fill(tmp_path)
    fill(tmp_path, "rare", 2)
    write_wav(tmp_path / "in/rare/silent.wav", silence())
    found = table_of(tmp_path)
    rare = found[found["label"] == "rare"]
    assert rare["status"].tolist() == ["accepted", "accepted", "rejected"]
    assert set(rare.loc[rare["status"] == "accepted", "split"]) == {"train"}


def test_a_class_with_too_few_recordings_is_an_error_if_configured(tmp_path):
    fill(tmp_path)
    fill(tmp_path, "rare", 2)
    with pytest.raises(InputError, match=r"'rare' has 2 usable recording.*ingest\.small_classes is stop"):
        table_of(tmp_path, Ingest(corpus="folder", options={"root": str(tmp_path / "in")}, small_classes="stop"))


def test_a_class_without_a_usable_recording_is_a_warning(tmp_path, caplog):
    fill(tmp_path)
    write_wav(tmp_path / "in/quiet/silent.wav", silence())
    table_of(tmp_path)
    assert "every recording was rejected: 'quiet'" in caplog.text


def test_a_misspelt_corpus_option_is_an_error_before_a_sound_is_read():
    with pytest.raises(InputError, match=r"ingest\.options\.rot is not a parameter. Did you mean 'root'"):
        load_corpus(Ingest(corpus="folder", options={"rot": "x"}))
    with pytest.raises(InputError, match=r"choose from .*folder.*manifest.*soundfont"):
        load_corpus(Ingest(corpus="spotify"))


@pytest.mark.parametrize("name", plugins.available(corpora))
def test_every_corpus_works_without_options(name):
    assert load_corpus(Ingest(corpus=name))


def test_equal_sounds_give_byte_equal_clips(tmp_path):
    for home in (tmp_path / "a", tmp_path / "b"):
        fill(home, count=12)
        config = Prepare(samples=2048)
        write(home / "clips", prepare(table_of(home), config, home), config.rate_hz, config.samples)
    files = [sorted(p for p in (tmp_path / h / "clips").rglob("*") if p.is_file()) for h in "ab"]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]


REAL = os.environ.get("WAVELOOM_REAL_DATA", "")


@pytest.mark.skipif(not REAL, reason="set WAVELOOM_REAL_DATA to the folder that holds fsdkaggle2018, esc10 and fsdd")
@pytest.mark.parametrize(("name", "count"), [("fsdkaggle2018", 300), ("esc10", 400), ("fsdd", 3000)])
def test_the_presets_read_the_real_sets(tmp_path, name, count):
    from ruamel.yaml import YAML

    preset = YAML(typ="safe").load(Path(__file__).parents[2] / "conf" / name / "params.yaml")
    preset["ingest"]["options"]["root"] = str(Path(REAL) / name)
    config = read_config(Prepare, preset["prepare"], "prepare")
    table = recordings(read_config(Ingest, preset["ingest"], "ingest"), tmp_path / "sounds", tmp_path)
    assert (table["status"] == "accepted").sum() == count
    assert (table.groupby("group")["split"].nunique() == 1).all()
    assert (pd.crosstab(table["label"], table["split"])[["train", "validation", "test"]] > 0).all(axis=None)
    assert (table[["licence", "attribution"]] != "").all(axis=None)
    write(tmp_path / "clips", prepare(table, config, tmp_path), config.rate_hz, config.samples)
    store = open_store(tmp_path / "clips")
    assert set(store.index["recording_id"]) == set(table["recording_id"])
    for _, clips in store.chunks():
        assert np.isfinite(clips).all()
        assert (np.abs(clips).max(axis=1) > 0.5).all()


def test_the_log_is_empty_without_faults(tmp_path, caplog):
    fill(tmp_path)
    with caplog.at_level(logging.INFO):
        table_of(tmp_path)
    assert not caplog.records


def test_descriptions_are_on_one_line_or_empty(tmp_path):
    descriptions = {"a": "a dog,\n  far away", "b": "half a character \ud83d", "c": ""}
    found = [Recording(name, tmp_path / name, description=text) for name, text in descriptions.items()]
    assert [row["description"] for row in inspect_recordings(found, Inspection(Limits(), tmp_path))] == [
        "a dog, far away",
        "half a character \\ud83d",
        "",
    ]


def verdicts(base: Path, **config: object) -> dict[str, str]:
    found = [Recording(path.name, path) for path in sorted(base.glob("*.wav"))]
    return {
        row["name"]: row["reason"]
        for row in inspect_recordings(found, Inspection(Limits(), base, prepare=Prepare(**config)))
    }


def stereo(path: Path, left: np.ndarray, right: np.ndarray) -> None:
    write_wav(path, np.stack([left, right], axis=1), RATE, "FLOAT")


def test_acceptance_depends_on_the_channel_that_prepare_uses(tmp_path):
    stereo(tmp_path / "left.wav", tone(440), silence())
    stereo(tmp_path / "opposite.wav", tone(550), -tone(550))
    write_wav(tmp_path / "mono.wav", tone(660))
    for channel, rejected in {
        "mix": {"opposite.wav": "cancelled"},
        "both": {"opposite.wav": "cancelled"},
        0: {},
        1: {"left.wav": "silent", "mono.wav": "channel"},
    }.items():
        found = {name: why.partition(":")[0] for name, why in verdicts(tmp_path, channel=channel).items() if why}
        assert found == rejected, channel


@pytest.mark.parametrize("channel", ["mix", 0, 1, "both"])
@pytest.mark.parametrize("rate_hz", [4000, 16_000])
def test_accepted_recordings_give_a_clip_for_every_channel_option(tmp_path, channel, rate_hz):
    draw = np.random.default_rng(0)
    for number in range(24):
        parts = [tone(300, 0.3), tone(7000, 0.3), noise(0.3, seed=number), silence(0.3), np.full(4800, 0.3, np.float32)]
        left, right = (parts[draw.integers(5)] * draw.choice([1.0, -1.0, 1e-3, 1e4]) for _ in range(2))
        stereo(tmp_path / f"in/x/{number:02d}.wav", left, [right, -left, 0.99 * left][number % 3])
    config = Prepare(channel=channel, rate_hz=rate_hz, samples=1024)
    table = recordings(replace(CONFIG, max_seconds=5.0), tmp_path / "out", tmp_path, prepare=config)
    accepted = table[table["status"] == "accepted"]
    made = {recording for index, _ in prepare(table, config, tmp_path) for recording in index["recording_id"]}
    assert made == set(accepted["recording_id"])
    assert 3 <= len(accepted) < 24


def test_large_changes_of_level_are_warnings(tmp_path, caplog):
    for number in range(4):
        write_wav(tmp_path / f"in/x/{number}.wav", 32767 * noise(0.3, seed=number), subtype="FLOAT")
        sound = noise(0.3, seed=10 + number)
        stereo(tmp_path / f"in/x/{number}-stereo.wav", sound, -0.95 * sound)
    table = table_of(tmp_path).set_index("name")
    assert table["file_peak_db"]["x/0.wav"] == pytest.approx(84.3, abs=0.1)
    assert table["peak_db"]["x/0.wav"] == pytest.approx(0, abs=0.01)
    assert table["mix_db"]["x/0-stereo.wav"] == pytest.approx(-32, abs=0.1)
    assert "4 recordings peak more than 6 dB above full scale" in caplog.text
    assert "4 recordings lose 20 dB or more in the mix of their channels; see prepare.channel" in caplog.text
