"""The sounds and spectrograms at the top of the README, from the results of the last `make run`.

    python benchmarks/readme_sounds.py

Writes docs/sounds: seeds 0 to 16 one after another with pauses, and the report's figure of the first six.
"""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import soundfile

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES, OUT = PROJECT / "data/05_samples/samples", PROJECT / "docs/sounds"
SEEDS, PAUSE = 17, 0.2  # one of each label, seconds


def main() -> None:
    files = pd.read_parquet(SAMPLES / "index.parquet").sort_values("seed")["file"].head(SEEDS)
    sounds, rates = zip(*(soundfile.read(SAMPLES / file, dtype="float32") for file in files), strict=True)
    pause = np.zeros(int(PAUSE * rates[0]), np.float32)
    whole = np.concatenate([part for sound in sounds for part in (sound, pause)])
    soundfile.write(OUT / "seeds-0-to-16.flac", whole, rates[0])
    shutil.copyfile(PROJECT / "data/06_reports/figures/spectrograms.svg", OUT / "spectrograms.svg")


if __name__ == "__main__":
    main()
