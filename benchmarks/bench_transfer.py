"""Time, memory and latency of `waveloom transfer` on one core, with an export or a trained translator.

    python benchmarks/bench_transfer.py [MODEL]

Files of noise bursts in stereo at 44.1 kHz, of three lengths, each in a process of its own on one core: wall seconds,
CPU seconds (decoder included), real-time factor, the same by CPU time without the start (from the differences to the
shortest length), peak memory of the process and of its decoder. Then the latency of a stream: how much sound goes in
before the first comes out, and the time of one step. Without MODEL, an ONNX export of the recipe's network with random
weights is measured, whose speed is that of a trained one.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile

from waveloom.generation.exported_model import export
from waveloom.generation.load import load_translator
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Model
from waveloom.models.networks import weights_by_name
from waveloom.models.recipe import parts, resolve

LENGTHS = (10, 60, 600)  # seconds
RATE, CHANNELS = 44100, 2
RECIPE = {
    "task": "translation",
    "representation": "spectrogram",
    "generator": "translator",
    "discriminator": "patches",
    "objective": "hinge",
    "game": "unpaired",
    "condition": "label",
}
COMMAND = """
import os, resource
from pathlib import Path
from waveloom.audio import decode
from waveloom.commands.app import app

def peak(process):  # resource.getrusage would count the memory of the parent process, too
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith("VmHWM"))

try:
    app()
finally:
    decoder = decode._POOL._idle[0].process
    peaks = peak("self"), peak(decoder._process.pid)
    decoder.close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(sum(one.ru_utime + one.ru_stime for one in used), *peaks)
"""


def main(model: str = "") -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # children inherit it
    with tempfile.TemporaryDirectory() as temporary:
        folder = model or random_export(Path(temporary))
        print("seconds | wall s | CPU s | x real time | x CPU without start | peak MB | decoder MB")
        shortest = None
        for length in LENGTHS:
            wall, cpu, *peaks = measured(folder, length)
            shortest = shortest or (length, cpu)
            running = "" if length == shortest[0] else f"{(length - shortest[0]) / (cpu - shortest[1]):.0f}"
            memory = " | ".join(f"{peak / 1024:.0f}" for peak in peaks)
            print(f"{length} | {wall:.1f} | {cpu:.1f} | {length / wall:.1f} | {running} | {memory}", flush=True)
        print(f"latency: {latency(folder):.2f} s of sound, {step_seconds(folder):.3f} s of computing")


def random_export(folder: Path) -> str:
    """Export a translator of four domains with random weights."""
    recipe = resolve(RECIPE, {})
    network = build_generator(recipe, parts(recipe), (64, 512), 4)
    draw, shapes = np.random.default_rng(0), {name: one.shape for name, one in weights_by_name(network).items()}
    weights = {name: draw.normal(0, 0.05, shape).astype(np.float32) for name, shape in shapes.items()}
    spec = {"rate_hz": 16000, "samples": 16384, "labels": list("abcd"), "seed": 0, "steps": 0, "recipe": asdict(recipe)}
    export(Model(spec, weights), folder / "export", "onnx")
    return str(folder / "export")


def measured(model: str, length: int) -> list[float]:
    """Measure wall seconds, CPU seconds, and peak resident kilobytes of the process and of its decoder."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.wav"), Path(folder, "out.wav")
        with soundfile.SoundFile(source, "w", RATE, CHANNELS) as file:
            for block in bursts(length):
                file.write(block.T)
        domain = load_translator(model).domains[0]
        command = ["transfer", str(source), str(target), "--model", model, "--to", domain]
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", COMMAND, *command], capture_output=True, text=True, check=True)
        return [time.perf_counter() - began, *map(float, done.stdout.split()[-3:])]


def bursts(seconds: float, size: int = RATE) -> Iterator[np.ndarray]:
    """Yield blocks (2, size) of noise that decays twice a second, together `seconds` long."""
    draw, remaining = np.random.default_rng(0), round(seconds * RATE)
    envelope = np.tile(np.exp(-np.arange(RATE // 2) / (RATE / 10)), 2)
    while remaining:
        count = min(size, remaining)
        noise = draw.standard_normal((CHANNELS, count)) * 0.1 * np.resize(envelope, count)
        yield noise.astype(np.float32)
        remaining -= count


def latency(model: str) -> float:
    """Measure how many seconds of a stream are read before the first samples of its translation come out."""
    translator, read = load_translator(model), 0

    def source() -> Iterator[np.ndarray]:
        nonlocal read
        for block in bursts(60, 441):
            read += block.shape[-1]
            yield block

    next(iter(translator.stream(source(), RATE, translator.domains[0])))
    return read / RATE


def step_seconds(model: str) -> float:
    """Measure the median time between two blocks of a translation."""
    translator = load_translator(model)
    times = []
    for _ in translator.stream(bursts(60, 4410), RATE, translator.domains[0]):
        times.append(time.perf_counter())
    return float(np.quantile(np.diff(times), 0.9))


if __name__ == "__main__":
    main(*sys.argv[1:])
