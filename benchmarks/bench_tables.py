"""Peak memory of the steps that hold a row of every recording, without sounds: 1,000 and 100,000 rows; one minute.

    python benchmarks/bench_tables.py [rows …]

Each line is measured in a process of its own. `ingest` collects rows with fingerprints, rejects exact duplicates, finds
near duplicates (one in a hundred is a copy) and splits the table; `features` writes a table of 177 columns from chunks
of 64 rows; `scale` reads it and fits. Memory for decoding does not depend on the number of files; growth.py measures
everything together.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

COLUMNS, CHUNK = 177, 64


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield rows as in ingest, with fingerprints of three frames."""
    from waveloom.ingest.corpora import Recording
    from waveloom.ingest.recording_rows import metadata_row
    from waveloom.similarity.fingerprint import SIZE, Fingerprint

    for number in range(count):
        seed = number - (number % 100 == 99)
        points = np.random.default_rng(seed).standard_normal((3, SIZE)).astype(np.float32)
        path = Path(f"/home/someone/sounds/{number % 10}/{number:06d}.wav")
        row = metadata_row(Recording(f"{number % 10}/{number:06d}.wav", path, label=str(number % 10)), path)
        names = {"recording_id": f"{number:016x}", "pcm_id": f"{number:016x}"}
        fingerprint = Fingerprint(points, np.arange(3, dtype=np.float32)).packed()
        yield row | names | {"rate_hz": 22_050, "channels": 1, "seconds": 0.5, "fingerprint": fingerprint}


def ingest(count: int, table: Path) -> None:
    from waveloom.audio.clip import Clip
    from waveloom.ingest import recordings
    from waveloom.ingest.config import Ingest
    from waveloom.ingest.inspection import Inspection
    from waveloom.ingest.level_faults import warn_of_levels
    from waveloom.similarity import near_duplicates

    clip = Clip(np.random.default_rng(0).standard_normal(8_000).astype(np.float32) / 8, 8_000)
    near_duplicates.decode = lambda path, limits, channel: clip  # type: ignore[assignment]
    recordings.inspect_recordings = lambda *args: rows(count)  # type: ignore[assignment]
    config = Ingest(corpus="folder")
    found = recordings.recordings_table([], Inspection(config, Path(), fingerprints=True))
    recordings.check_accepted(found, config)
    recordings.check_licences(found, config.licences)
    warn_of_levels(found)
    found = recordings.with_splits(found, config)
    assert (found["similar_to"] != "").sum() == count // 100


def features(count: int, table: Path) -> None:
    from waveloom.datasets.table import TableDataset, TableStream

    draw, names = np.random.default_rng(0), [f"column_{number}" for number in range(COLUMNS)]

    def piece(start: int) -> pd.DataFrame:
        ids = [f"{number:016x}-0000" for number in range(start, min(start + CHUNK, count))]
        keys = {"clip_id": ids, "recording_id": ids, "label": "a", "group": ids, "split": "train"}
        values = draw.standard_normal((len(ids), COLUMNS)).astype(np.float32)
        return pd.concat([pd.DataFrame(keys), pd.DataFrame(values, columns=names)], axis=1)

    TableDataset(str(table)).save(TableStream(piece(start) for start in range(0, count, CHUNK)))


def scale(count: int, table: Path) -> None:
    from waveloom.datasets.table import TableDataset
    from waveloom.pipelines.features.nodes import fit_scale

    assert len(fit_scale(TableDataset(str(table)).load())) == COLUMNS


PARTS = {part.__name__: part for part in (ingest, features, scale)}


def peak_mb(part: str, count: int, table: Path) -> float:
    process = subprocess.Popen([sys.executable, __file__, part, str(count), str(table)])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{part} failed"
    return used.ru_maxrss / 1024


def main(*counts: int) -> None:
    counts = counts or (1_000, 100_000)
    print(f"{'peak MB':10}" + "".join(f"{count:>12,}" for count in counts))
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            peaks = [peak_mb(part, count, Path(folder, f"{count}.parquet")) for count in counts]
            print(f"{part:10}" + "".join(f"{peak:12.0f}" for peak in peaks), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(*map(int, sys.argv[1:]))
