"""Archives are read like folders, and malicious ones are rejected."""

import contextlib
import random
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.ingest.corpora.attacks import ATTACKS, CAPS, GOOD, sound, tarred, zipped
from tests.ingest.corpora.miniatures import SETS, build
from tests.sounds import noise, write_wav
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.config import Ingest
from waveloom.ingest.corpora.archive import Config, recordings
from waveloom.ingest.recordings import recordings as ingest
from waveloom.project import params

CONF = Path(__file__).parents[3] / "conf"


def table_of(base: Path, corpus: str, options: dict) -> pd.DataFrame:
    tree = {"corpus": corpus, "options": options, "validation": 0, "test": 0, "min_class_recordings": 1}
    return ingest(read_config(Ingest, tree, "ingest"), base / "out", base)


def found(base, **options):
    return list(recordings(Config(**{"file": "a.zip", "store": "store", **options}), base))


def pack(root: Path, archive: Path, prefix: str = "") -> None:
    files = [(path, prefix + path.relative_to(root).as_posix()) for path in sorted(root.rglob("*")) if path.is_file()]
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for path, name in files:
                packed.write(path, name)
    else:
        with tarfile.open(archive, f"w:{archive.suffix[1:].replace('tar', '')}") as packed:
            for path, name in files:
                packed.add(path, name)


@pytest.mark.parametrize("suffix", ["zip", "tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_an_archive_gives_the_same_recordings_as_its_folder(tmp_path, suffix):
    for seed, name in enumerate(["dog/a.wav", "dog/park/b.wav", "dog/c.wav", "cat/d.wav"]):
        write_wav(tmp_path / "in" / name, noise(0.2, seed=seed))
    pack(tmp_path / "in", tmp_path / f"in.{suffix}", prefix="./top/")
    packed = table_of(tmp_path, "archive", {"file": f"in.{suffix}", "root": "top"})
    plain = table_of(tmp_path, "folder", {"root": "in"})
    same = ["recording_id", "name", "label", "group", "seconds", "status"]
    pd.testing.assert_frame_equal(packed[same], plain[same])


@pytest.mark.parametrize("name", ["fsd50k", "nsynth", "sc09", "librispeech", "timit"])
def test_a_preset_reads_its_set_from_an_archive(tmp_path, name):
    expected = SETS[name]()
    build(expected, tmp_path / "set")
    pack(tmp_path / "set", tmp_path / "set.zip", prefix="set/")
    section = params.load(CONF / name / "params.yaml")["ingest"]
    options = {key: value for key, value in section["options"].items() if key != "root"}
    table = table_of(
        tmp_path, "archive", {"file": "set.zip", "root": "set", "corpus": section["corpus"], "options": options}
    )
    accepted = table[table["status"] == "accepted"]
    assert accepted["label"].value_counts().to_dict() == expected.labels
    assert accepted["split"].value_counts().to_dict() == expected.splits
    members = {*expected.sounds, *expected.texts}
    assert {n.removeprefix("set.zip/set/") for n in table["name"]} == members | set(expected.refused)
    assert len(table) == len(members | set(expected.refused))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.title)
def test_each_malicious_member_is_one_rejected_row(tmp_path, attack):
    attack.write(tmp_path)
    for number in range(GOOD if attack.corpus == "manifest" else 0):
        (tmp_path / "dog").mkdir(exist_ok=True)
        (tmp_path / f"dog/{number}.wav").write_bytes(sound(number))
    if attack.stops:
        with pytest.raises(InputError, match=attack.outcome):
            table_of(tmp_path, attack.corpus, attack.options)
    else:
        table = table_of(tmp_path, attack.corpus, attack.options)
        assert (table["status"] == "accepted").sum() == GOOD
        refused = table.loc[table["status"] == "rejected", "reason"]
        assert len(refused) == attack.bad
        assert all(re.match(attack.outcome, reason) for reason in refused), list(refused)
    assert {path.name for path in tmp_path.iterdir()} <= {attack.name, "store", "out", "out.partial", "dog"}
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


@pytest.mark.parametrize("make", [zipped, tarred, lambda: tarred(mode="w:gz")], ids=["zip", "tar", "tar.gz"])
def test_a_damaged_archive_is_read_or_an_error_without_a_crash(tmp_path, make):
    whole, draw = make(), random.Random(0)
    for number in range(60):
        content = bytearray(whole)
        for _ in range(draw.choice([1, 4, 40])):
            content[draw.randrange(len(content))] = draw.randrange(256)
        (tmp_path / "a.zip").write_bytes(content[: draw.choice([len(content), draw.randrange(len(content))])])
        with contextlib.suppress(InputError):
            assert found(tmp_path, store=f"store{number}", caps=CAPS)


def test_an_archive_is_unpacked_once(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped())
    first = found(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "store").rglob("*")}
    assert found(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "store").rglob("*")} == times
    (tmp_path / "a.zip").write_bytes(zipped(("dog/more.wav", sound(9))))
    assert len(found(tmp_path)) == len(first) + 1


def test_an_incomplete_folder_of_a_killed_run_is_not_used(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped())
    expected = found(tmp_path)
    (folder,) = (tmp_path / "store").iterdir()
    next(folder.glob("*.wav")).unlink()
    folder.rename(folder.with_name(f"{folder.name}.partial"))
    assert found(tmp_path) == expected
    assert all(recording.path.is_file() for recording in expected)


def test_members_of_other_types_have_a_row(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(("README.md", b"hi"), ("dog/.hidden.wav", b""), ("list.csv", b"a,b")))
    assert {r.name: r.reason for r in found(tmp_path) if r.reason} == {
        "a.zip/README.md": "no sound: .md",
        "a.zip/dog/.hidden.wav": "hidden",
        "a.zip/list.csv": "no sound: it is a text",
    }


def test_a_sound_that_is_not_in_the_table_has_a_row(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped(("labels.csv", b"file,label\ndog/0.wav,dog\ndog/7.wav,dog\n")))
    rows = table_of(tmp_path, "archive", {"file": "a.zip", "store": "store", "corpus": "manifest"})
    assert dict(zip(rows["name"], rows["reason"], strict=True)) == {
        "dog/0.wav": "",
        "dog/7.wav": "missing",
        "a.zip/dog/1.wav": "unused: the corpus does not name it",
        "a.zip/dog/2.wav": "unused: the corpus does not name it",
        "a.zip/labels.csv": "no sound: it is a text",
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"corpus": "soundfont"}, "cannot read an archive"),
        ({"corpus": "fodler"}, "no 'fodler' in corpora"),
        ({"options": {"rot": 1}}, r"^ingest\.options\.options\.rot is not a parameter"),
        ({"options": {"root": "x"}}, r"set ingest\.options\.root"),
        ({"caps": {"max_ratio": 0}}, r"caps\.max_ratio is 0"),
    ],
)
def test_a_wrong_option_is_an_error_before_a_file_is_opened(options, message):
    with pytest.raises(InputError, match=message):
        read_config(Config, options, "ingest.options")


def test_a_missing_or_unreadable_archive_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"ingest\.options\.file is 'a\.zip'; there is no such file"):
        found(tmp_path)


def test_a_sound_in_an_archive_is_a_recording_with_any_name(tmp_path):
    for name in ("dog/a.wav", "dog/b", "dog/c.dat"):
        write_wav(tmp_path / "in" / f"{name}.wav", noise(0.1, seed=len(name))).rename(tmp_path / "in" / name)
    (tmp_path / "in/dog/notes.dat").write_text("no sound")
    packed = Path(shutil.make_archive(str(tmp_path / "sounds"), "zip", tmp_path / "in"))
    found = list(recordings(Config(file=str(packed), store=str(tmp_path / "store")), tmp_path))
    assert {r.name: r.reason for r in found} == {
        "dog/a.wav": "",
        "dog/b": "",
        "dog/c.dat": "",
        "sounds.zip/dog/notes.dat": "no sound: .dat",
    }


@pytest.mark.parametrize(
    "spelling", ["dog\\a.wav", "./dog/a.wav", "DOG/A.WAV", " dog/a ", "dog%2Fa.wav", "x/../dog/a.wav"]
)
def test_a_table_in_an_archive_finds_members_in_any_spelling(tmp_path, spelling):
    write_wav(tmp_path / "in/dog/a.wav", noise(0.2))
    (tmp_path / "in/labels.csv").write_text(f"file;label\n{spelling};dog\ndog/b.wav;dog\nC:\\b.wav;dog\n")
    pack(tmp_path / "in", tmp_path / "a.zip")
    rows = {r.name: (r.label, r.reason) for r in found(tmp_path, corpus="manifest")}
    assert rows["dog/a.wav"] == ("dog", "")
    assert rows["dog/b.wav"] == ("dog", "")  # missing, as ingest will find
    assert rows["C:\\b.wav"][1].startswith("outside: it is a path of a Windows computer")
