"""ingest, prepare and features write the same bytes with every executor, and after interruptions."""

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
from waveloom.execution.result_cache import stage_cache
from waveloom.features import Features
from waveloom.features.table import feature_table
from waveloom.ingest.config import Ingest, load_corpus
from waveloom.ingest.inspection import Inspection, inspect_recordings
from waveloom.ingest.recordings import recordings
from waveloom.preparation.config import Prepare
from waveloom.preparation.prepare import prepare

INGEST = Ingest(corpus="folder", options={"root": "in"}, min_seconds=0.05, near_duplicates="none")
PREPARE = Prepare(samples=512)
FEATURES = Features(n_mfcc=4, n_mels=16, n_fft=256, hop=128, delta_width=3)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A folder of 150 sounds, one exact duplicate and two files that are not sounds."""
    base = tmp_path_factory.mktemp("project")
    for number in range(150):
        sound = noise(0.1, seed=number) if number % 2 else tone(200 + number, 0.1)
        write_wav(base / f"in/{'noise' if number % 2 else 'tone'}/{number:03d}.wav", sound)
    write_wav(base / "in/tone/duplicate.wav", tone(200, 0.1))
    (base / "in/tone/text.wav").write_text("no sound")
    (base / "in/tone/empty.wav").touch()
    return base


def run(project: Path, out: Path, execution: Execution, checkpoints: Path | None = None) -> dict[str, str]:
    """Run the three stages; give the SHA-256 of every file they write."""
    out.mkdir()
    table = recordings(INGEST, out / "sounds", project, execution, checkpoints)
    table.to_parquet(out / "recordings.parquet")
    write(out / "clips", prepare(table, PREPARE, project, execution, checkpoints), PREPARE.rate_hz, PREPARE.samples)
    store = open_store(out / "clips")
    with stage_cache(checkpoints, "features", FEATURES, store.digest) as cache:
        pieces = list(feature_table(store.lazy_chunks(), store.rate_hz, FEATURES, execution, cache))
    pd.concat(pieces, ignore_index=True).to_parquet(out / "mfcc.parquet")
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def serial(project, tmp_path_factory) -> dict[str, str]:
    return run(project, tmp_path_factory.mktemp("serial") / "out", SERIAL)


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_every_executor_gives_the_same_bytes(project, serial, tmp_path, monkeypatch, kind):
    monkeypatch.setattr(executor, "ALONE_SECONDS", 0)
    assert run(project, tmp_path / "out", Execution(kind, workers=2)) == serial
    assert len(serial) > 5


def test_a_run_with_a_cache_gives_the_same_bytes_and_removes_the_cache(project, serial, tmp_path):
    assert run(project, tmp_path / "out", SERIAL, tmp_path / "checkpoints") == serial
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_interrupted_stages_resume_where_they_stopped(project, serial, tmp_path, monkeypatch):
    interrupt_halfway(project, tmp_path)
    assert len(list((tmp_path / "checkpoints").iterdir())) == 3
    counted = count_reads(monkeypatch)
    assert run(project, tmp_path / "out", SERIAL, tmp_path / "checkpoints") == serial
    remaining = 150 - 64
    assert len(counted) == remaining + len(["duplicate", "text"]) + remaining  # in ingest and in prepare


def interrupt_halfway(project: Path, folder: Path) -> None:
    checkpoints = folder / "checkpoints"
    table = recordings(INGEST, folder / "sounds", project)
    module, options = load_corpus(INGEST)
    with pytest.raises(KeyboardInterrupt), stage_cache(checkpoints, "ingest", INGEST, project.resolve()) as pieces:
        interrupt(inspect_recordings(module.recordings(options, project), Inspection(INGEST, folder), SERIAL, pieces))
    interrupted = prepare(table, PREPARE, project, SERIAL, checkpoints)
    next(interrupted)
    interrupted.close()
    write(folder / "clips", prepare(table, PREPARE, project), PREPARE.rate_hz, PREPARE.samples)
    store = open_store(folder / "clips")
    with pytest.raises(KeyboardInterrupt), stage_cache(checkpoints, "features", FEATURES, store.digest) as pieces:
        interrupt(feature_table(store.lazy_chunks(), store.rate_hz, FEATURES, SERIAL, pieces))


def interrupt(pieces: Iterator) -> None:
    list(islice(pieces, 1))
    raise KeyboardInterrupt


def count_reads(monkeypatch) -> list[Path]:
    paths: list[Path] = []
    monkeypatch.setattr(decode, "Request", lambda path, wanted: paths.append(path) or Request(path, wanted))
    return paths
