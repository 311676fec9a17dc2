"""Sound from a magnitude spectrogram: ours against librosa.griffinlim, quality and time on one core.

    python benchmarks/bench_representations.py [clips] [rounds]

Quality is the spectral convergence, the part of the magnitude spectrum that came out wrong, in dB below the whole:
lower is better. All methods start from the same kind of magnitude (n_fft 1024, hop 256) and run in turn.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import importlib.util
import io
import sys
import time
from functools import partial
from pathlib import Path

import librosa
import numpy as np
import soundfile

from waveloom.representations import spectrogram
from waveloom.representations.spectrogram import Config

RATE, SAMPLES = 16000, 16384
PROGRAMS = (0, 11, 19, 24, 33, 40, 56, 66, 73, 80, 98, 115)  # one of each General MIDI family, roughly


def notes(count: int) -> np.ndarray:
    """Notes of recorded instruments from the SoundFont that pretty_midi carries: (count, 16384)."""
    import midirenderer
    import pretty_midi

    font = (Path(importlib.util.find_spec("pretty_midi").origin).parent / "TimGM6mb.sf2").read_bytes()
    clips = []
    for number in range(count):
        instrument = pretty_midi.Instrument(program=PROGRAMS[number % len(PROGRAMS)])
        instrument.notes.append(pretty_midi.Note(velocity=100, pitch=48 + 5 * (number % 7), start=0, end=0.8))
        midi, song = io.BytesIO(), pretty_midi.PrettyMIDI()
        song.instruments.append(instrument)
        song.write(midi)
        wave, rate = soundfile.read(io.BytesIO(midirenderer.render_wave_from(font, midi.getvalue())), dtype="float32")
        note = librosa.resample(wave.mean(axis=1), orig_sr=rate, target_sr=RATE)[:SAMPLES]
        clips.append(np.pad(0.95 * note / np.abs(note).max(), (0, SAMPLES - len(note))))
    return np.array(clips, np.float32)


def ours(clip: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
    config = Config(griffin_lim_steps=steps)
    encoded = spectrogram.encode(config, clip[None], RATE)
    start = time.perf_counter()
    sound = spectrogram.decode(config, encoded, SAMPLES, RATE)[0]
    return sound, time.perf_counter() - start


def of_librosa(clip: np.ndarray, steps: int) -> tuple[np.ndarray, float]:
    magnitude = np.abs(librosa.stft(clip, n_fft=1024, hop_length=256))
    start = time.perf_counter()
    sound = librosa.griffinlim(magnitude, n_iter=steps, n_fft=1024, hop_length=256, length=SAMPLES, random_state=0)
    return sound, time.perf_counter() - start


METHODS = {
    "librosa.griffinlim, 32 steps": partial(of_librosa, steps=32),
    "PGHI alone": partial(ours, steps=0),
    "PGHI + 4 fast Griffin-Lim (default)": partial(ours, steps=4),
    "PGHI + 8": partial(ours, steps=8),
    "PGHI + 16": partial(ours, steps=16),
}


def convergence_db(clip: np.ndarray, sound: np.ndarray) -> float:
    wanted, got = (np.abs(librosa.stft(x, n_fft=1024, hop_length=256)) for x in (clip, sound))
    return 20 * np.log10(np.linalg.norm(wanted - got) / np.linalg.norm(wanted))


def main(count: int = 48, rounds: int = 3) -> None:
    clips = notes(count)
    start = time.perf_counter()
    ours(clips[0], 0)
    print(f"first decode of a process (imports numba, compiles): {time.perf_counter() - start:.1f} s")
    of_librosa(clips[0], 2)
    measured = {name: [] for name in METHODS}
    for _ in range(rounds):
        for clip in clips:
            for name, method in METHODS.items():
                sound, seconds = method(clip)
                measured[name].append((1000 * seconds, convergence_db(clip, sound)))
    print(f"{count} instrument notes of {SAMPLES / RATE} s at {RATE} Hz; medians over {rounds} interleaved rounds")
    slowest = np.median(measured["librosa.griffinlim, 32 steps"], axis=0)[0]
    for name, values in measured.items():
        milliseconds, decibels = np.median(values, axis=0)
        print(f"{name:<38}{milliseconds:>7.1f} ms a clip{slowest / milliseconds:>7.1f}x{decibels:>8.1f} dB")
    encoding = []
    for _ in range(rounds):
        start = time.perf_counter()
        spectrogram.encode(Config(), clips, RATE)
        encoding.append(1000 * (time.perf_counter() - start) / count)
    print(f"{'encode':<38}{np.median(encoding):>7.2f} ms a clip")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
