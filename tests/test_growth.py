"""ingest, prepare and features: the same bytes whoever does the work, and however often it was interrupted."""

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest

from tests.sounds import noise, tone, write_wav
from waveloom.audio import decode
from waveloom.audio.decoder_process import Request
from waveloom.audio.store import open_store, write
from waveloom.execution import executor
from waveloom.execution.executor import SERIAL, Execution
from waveloom.execution.result_cache import journal
from waveloom.features import Features
from waveloom.features.table import feature_table
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.ingest.inspection import Inspection, inspect_recordings
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

RULES = Ingest(corpus="folder", options={"root": "in"}, min_seconds=0.05, near_duplicates="none")
PREPARE = Prepare(samples=512)
FEATURES = Features(n_mfcc=4, n_mels=16, n_fft=256, hop=128, delta_width=3)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A hundred and fifty sounds, and three files that are none."""
    base = tmp_path_factory.mktemp("home")
    for number in range(150):
        sound = noise(0.1, seed=number) if number % 2 else tone(200 + number, 0.1)
        write_wav(base / f"in/{'noise' if number % 2 else 'tone'}/{number:03d}.wav", sound)
    write_wav(base / "in/tone/twin.wav", tone(200, 0.1))
    (base / "in/tone/text.wav").write_text("no sound")
    (base / "in/tone/empty.wav").touch()
    return base


def run(home: Path, out: Path, how: Execution, checkpoints: Path | None = None) -> dict[str, str]:
    """Run the three stages; give the SHA-256 of every file they make."""
    out.mkdir()
    table = recordings(RULES, out / "sounds", home, how, checkpoints)
    table.to_parquet(out / "recordings.parquet")
    write(out / "clips", prepare(table, PREPARE, home, how, checkpoints), PREPARE.rate_hz, PREPARE.samples)
    store = open_store(out / "clips")
    with journal(checkpoints, "features", FEATURES, store.digest) as kept:
        pieces = list(feature_table(store.lazy_chunks(), store.rate_hz, FEATURES, how, kept))
    pd.concat(pieces, ignore_index=True).to_parquet(out / "mfcc.parquet")
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def serial(home, tmp_path_factory) -> dict[str, str]:
    return run(home, tmp_path_factory.mktemp("serial") / "out", SERIAL)


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_whoever_does_the_work_the_bytes_are_the_same(home, serial, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)
    assert run(home, tmp_path / "out", Execution(kind, workers=2)) == serial
    assert len(serial) > 5


def test_a_run_with_a_journal_makes_the_same_bytes_and_leaves_none(home, serial, tmp_path):
    assert run(home, tmp_path / "out", SERIAL, tmp_path / "kept") == serial
    assert list((tmp_path / "kept").iterdir()) == []


def test_stages_left_in_the_middle_go_on_where_they_were(home, serial, tmp_path, monkeypatch):
    leave_in_the_middle(home, tmp_path)
    assert len(list((tmp_path / "kept").iterdir())) == 3
    counted = count_reads(monkeypatch)
    assert run(home, tmp_path / "out", SERIAL, tmp_path / "kept") == serial
    left = 150 - 64
    assert len(counted) == left + len(["twin", "text"]) + left  # in ingest and in prepare


def leave_in_the_middle(home: Path, folder: Path) -> None:
    kept = folder / "kept"
    table = recordings(RULES, folder / "sounds", home)
    module, options = load_corpus(RULES)
    with pytest.raises(KeyboardInterrupt), journal(kept, "ingest", RULES, home.resolve()) as pieces:
        interrupt(inspect_recordings(module.recordings(options, home), Inspection(RULES, folder), SERIAL, pieces))
    interrupted = prepare(table, PREPARE, home, SERIAL, kept)
    next(interrupted)
    interrupted.close()
    write(folder / "clips", prepare(table, PREPARE, home), PREPARE.rate_hz, PREPARE.samples)
    store = open_store(folder / "clips")
    with pytest.raises(KeyboardInterrupt), journal(kept, "features", FEATURES, store.digest) as pieces:
        interrupt(feature_table(store.lazy_chunks(), store.rate_hz, FEATURES, SERIAL, pieces))


def interrupt(pieces: Iterator) -> None:
    list(islice(pieces, 1))
    raise KeyboardInterrupt


def count_reads(monkeypatch) -> list[Path]:
    asked: list[Path] = []
    monkeypatch.setattr(decode, "Request", lambda path, wanted: asked.append(path) or Request(path, wanted))
    return asked
