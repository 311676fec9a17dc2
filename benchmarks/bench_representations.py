"""Round trip of each representation, and phase reconstruction by ours against librosa, on one core.

    python benchmarks/bench_representations.py [clips] [rounds]

Quality is the spectral convergence (relative error of the magnitude spectrum, n_fft 1024, hop 256, in dB) and the
log-spectral distance (root mean square error of that spectrum in dB, with a floor 80 dB below a full-scale sine): lower
is better. Methods are interleaved.

The bands of `multiband` keep the phases, so its round trip is measured by the signal-to-noise ratio of the samples.
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

from waveloom.representations import instantaneous_frequency, mel, multiband, spectrogram, waveform
from waveloom.representations.spectrogram import Config

RATE, SAMPLES = 16000, 16384
PROGRAMS = (0, 11, 19, 24, 33, 40, 56, 66, 73, 80, 98, 115)  # one of each General MIDI family, roughly


def notes(count: int) -> np.ndarray:
    """Render notes of sampled instruments from the SoundFont of pretty_midi: (count, 16384)."""
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


def speech_like(count: int) -> np.ndarray:
    """Synthesise gliding voices of 24 harmonics with four syllables per second: (count, 16384)."""
    time_s = np.arange(SAMPLES) / RATE
    syllables = np.sin(np.pi * np.arange(SAMPLES) / SAMPLES) ** 2 * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time_s))
    clips = []
    for number in range(count):
        glide = 1 + 0.2 * np.sin(2 * np.pi * (1.5 + 0.2 * number) * time_s)
        phase = 2 * np.pi * np.cumsum((100 + 15 * number) * glide) / RATE
        clip = sum(np.sin(h * phase) / h for h in range(1, 25)) * syllables
        clips.append(0.95 * clip / np.abs(clip).max())
    return np.array(clips, np.float32)


def noise(count: int) -> np.ndarray:
    """Synthesise white noise that decays by 0 to 87 dB over the clip: (count, 16384)."""
    draw, time_s = np.random.default_rng(0), np.arange(SAMPLES) / RATE
    return np.array(
        [0.2 * draw.standard_normal(SAMPLES) * np.exp(-(k % 11) * time_s) for k in range(count)], np.float32
    )


IF = instantaneous_frequency.Config
REPRESENTATIONS = {
    "waveform": (waveform, waveform.Config()),
    "spectrogram": (spectrogram, spectrogram.Config()),
    "mel, 80 bands": (mel, mel.Config(bands=80)),
    "mel, 128 bands": (mel, mel.Config()),
    "mel, 256 bands": (mel, mel.Config(bands=256)),
    "instantaneous_frequency": (instantaneous_frequency, IF()),
    "  mel": (instantaneous_frequency, IF(mel=True)),
    "  mel, 512 bands": (instantaneous_frequency, IF(mel=True, bands=512)),
    "  mel, 256 bands": (instantaneous_frequency, IF(mel=True, bands=256)),
}


def round_trips(sounds: dict[str, np.ndarray]) -> None:
    """Print medians over clips for each representation and kind of sound, and mean milliseconds per clip."""
    print(f"{'':<28}{'':<13}{'SNR dB':>8}{'conv. dB':>10}{'LSD dB':>8}{'encode ms':>11}{'decode ms':>11}")
    for name, (module, config) in REPRESENTATIONS.items():
        module.decode(config, module.encode(config, sounds["notes"][:1], RATE), SAMPLES, RATE)
        for kind, clips in sounds.items():
            start = time.perf_counter()
            encoded = module.encode(config, clips, RATE)
            middle = time.perf_counter()
            back = module.decode(config, encoded, SAMPLES, RATE)
            spent = np.diff([start, middle, time.perf_counter()]) * 1000 / len(clips)
            pairs = list(zip(clips, back, strict=True))
            snr, conv, lsd = (np.median([f(*pair) for pair in pairs]) for f in (snr_db, convergence_db, distance_db))
            print(f"{name:<28}{kind:<13}{snr:>8.1f}{conv:>10.1f}{lsd:>8.2f}{spent[0]:>11.2f}{spent[1]:>11.1f}")


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
    return 20 * np.log10(max(np.linalg.norm(wanted - got), 1e-12) / np.linalg.norm(wanted))


def snr_db(clip: np.ndarray, sound: np.ndarray) -> float:
    return 10 * np.log10(np.sum(clip**2) / max(np.sum((clip - sound) ** 2), 1e-20))


def distance_db(clip: np.ndarray, sound: np.ndarray) -> float:
    spectra = (np.abs(librosa.stft(x, n_fft=1024, hop_length=256)) / 256 for x in (clip, sound))
    wanted, got = (20 * np.log10(np.maximum(spectrum, 1e-4)) for spectrum in spectra)
    return float(np.sqrt(np.mean((wanted - got) ** 2)))


def by_bands(clips: np.ndarray, rounds: int) -> None:
    """Print signal-to-noise ratio and time of each number of bands, for notes and white noise."""
    noise = np.random.default_rng(0).uniform(-0.9, 0.9, clips.shape).astype(np.float32)
    for config in (multiband.Config(bands=bands, taps=taps) for bands in (4, 8, 16) for taps in (8, 12, 32)):
        worst = {}
        for name, sounds in {"notes": clips, "noise": noise}.items():
            milliseconds = []
            for _ in range(rounds):
                start = time.perf_counter()
                back = multiband.decode(config, multiband.encode(config, sounds, RATE), SAMPLES, RATE)
                milliseconds.append(1000 * (time.perf_counter() - start) / len(sounds))
            errors = 10 * np.log10((sounds**2).sum(axis=1) / ((back - sounds) ** 2).sum(axis=1))
            worst[name] = f"{np.median(errors):.1f} dB of {name} (worst {errors.min():.1f})"
        name = f"multiband, {config.bands} bands, {config.taps} taps"
        print(f"{name:<38}{np.median(milliseconds):>7.1f} ms per clip  {', '.join(worst.values())}")


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
        print(f"{name:<38}{milliseconds:>7.1f} ms per clip{slowest / milliseconds:>7.1f}x{decibels:>8.1f} dB")
    encoding = []
    for _ in range(rounds):
        start = time.perf_counter()
        spectrogram.encode(Config(), clips, RATE)
        encoding.append(1000 * (time.perf_counter() - start) / count)
    print(f"{'encode':<38}{np.median(encoding):>7.2f} ms per clip\n")
    round_trips({"notes": clips, "speech-like": speech_like(count // 2), "noise": noise(count // 2)})
    by_bands(clips, rounds)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
