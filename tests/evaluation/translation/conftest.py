"""Melodies played by sines, saws and squares: the same notes in three domains, and translators with known answers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.sounds import write_wav
from waveloom.audio import store
from waveloom.audio.clip import Clip
from waveloom.audio.digests import file_digest
from waveloom.evaluation.translation.evaluate import Corpus
from waveloom.features import Features
from waveloom.features.scaling import fit
from waveloom.features.table import feature_table
from waveloom.models.model import Model
from waveloom.preparation.config import Prepare

RATE, SAMPLES = 16_000, 4096
NOTE = 4096  # samples, without the pause that follows
DOMAINS = ("saw", "sine", "square")
FEATURES = Features(groups=("mfcc", "spectral"), n_mfcc=8, n_mels=40, n_fft=1024, hop=512, delta_width=3)
PREPARE = Prepare(rate_hz=RATE, samples=SAMPLES, frames="overlap", trim=False, level="none", remove_dc=False)


def wave(domain: str, hertz: float, samples: int = NOTE) -> np.ndarray:
    """One note with eight partials at most; saws have all, squares the odd ones, sines the first."""
    time = np.arange(samples) / RATE
    partials = {"sine": [1], "saw": range(1, 9), "square": [1, 3, 5, 7]}[domain]
    note = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in partials)
    return (0.3 * note * np.exp(-3 * time)).astype(np.float32)


def melody(domain: str, seed: int, notes: int = 6) -> np.ndarray:
    """Notes from A3 to A4 with short pauses, the same for the same seed: (time,)."""
    pitches = 220 * 2 ** (np.random.default_rng(seed).integers(0, 13, notes) / 12)
    return np.concatenate([np.pad(wave(domain, hertz), (800, 0)) for hertz in pitches])


class FakeTranslator:
    """Translates by a function of (samples, target); the rate is that of the corpus."""

    def __init__(self, function: Callable[[np.ndarray, str], np.ndarray]) -> None:
        self.domains = list(DOMAINS)
        self.function = function

    def translate(self, clip: Clip, target: str, settings: object) -> Clip:
        return Clip(self.function(clip.samples, target), clip.rate)


def make_corpus(folder: Path, paired: bool = True, programs: int = 1, test: int = 3) -> Corpus:
    """Six training pieces, one a domain in turn, and `test` pieces played in all domains, `programs` times each."""
    rows = [_recording(folder, domain, seed, "train", seed) for domain in DOMAINS for seed in range(6)]
    rows += [
        _recording(folder, domain, 100 + seed, "test", program, paired)
        for seed in range(test)
        for domain in DOMAINS
        for program in range(programs)
    ]
    recordings = pd.DataFrame(rows)
    index, clips = _clips(recordings, folder)
    store.write(folder / "clips", [(index, clips)], RATE, SAMPLES)
    opened = store.open_store(folder / "clips")
    table = pd.concat(feature_table(opened.lazy_chunks(), RATE, FEATURES), ignore_index=True)
    scaler = fit(table[table["split"] == "train"])
    return Corpus(recordings, folder, opened, table, scaler, FEATURES, PREPARE)


def _recording(folder: Path, domain: str, seed: int, split: str, program: int, paired: bool = True) -> dict:
    samples = melody(domain, seed) * np.float32(1 - 0.1 * (program % 5))
    name = f"{domain}/{seed}-{program}.wav"
    path = write_wav(folder / name, samples, RATE, "FLOAT")
    piece = f"piece-{seed}" if paired else f"{domain}-{seed}"
    return {
        "recording_id": file_digest(path),
        "name": name,
        "path": name,
        "label": domain,
        "domain": domain,
        "pair": f"piece-{seed}" if paired and split == "test" else "",
        "group": piece,
        "split": split,
        "channels": 1,
        "seconds": len(samples) / RATE,
        "status": "accepted",
    }


def _clips(recordings: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, np.ndarray]:
    rows, clips = [], []
    for row in recordings.itertuples():
        samples = melody(row.domain, int(row.name.partition("/")[2].partition("-")[0]))
        for number, start in enumerate(range(0, len(samples) - SAMPLES, SAMPLES)):
            keys = {"recording_id": row.recording_id, "label": row.label, "domain": row.domain, "pair": row.pair}
            keys |= {"group": row.group, "split": row.split, "start_seconds": start / RATE}
            rows.append({"clip_id": f"{row.recording_id}-{number:04d}", **keys})
            clips.append(samples[start : start + SAMPLES])
    return pd.DataFrame(rows), np.stack(clips)


def make_model() -> Model:
    """The description of a translator; its weights play no part, as the tests translate by functions."""
    options = {"representations": {"spectrogram": {"n_fft": 1024, "hop": 256}}}
    recipe = {
        "representation": "spectrogram",
        "generator": "dense",
        "discriminator": "dense",
        "objective": "hinge",
        "options": options,
    }
    spec = {"recipe": recipe, "rate_hz": RATE, "samples": SAMPLES, "labels": list(DOMAINS), "seed": 0, "steps": 0}
    return Model({**spec, "data": {}}, {"weight": np.zeros(1, np.float32)})


def perfect(corpus: Corpus) -> FakeTranslator:
    """A translator that looks the truth up."""
    seeds = [int(name.partition("/")[2].partition("-")[0]) for name in corpus.recordings["name"]]
    truths = {
        np.round(melody(domain, seed) / np.abs(melody(domain, seed)).max(), 4).tobytes(): seed
        for seed in set(seeds)
        for domain in DOMAINS
    }

    def look_up(samples: np.ndarray, target: str) -> np.ndarray:
        seed = truths[np.round(samples / np.abs(samples).max(), 4).tobytes()]
        return melody(target, seed)

    return FakeTranslator(look_up)


@pytest.fixture(scope="session")
def paired(tmp_path_factory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("paired"))
