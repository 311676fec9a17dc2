"""Time to generate a sound with Keras's `predict`, with ours and with exports, on one core.

    python benchmarks/bench_generate.py [recipe ...] [--rounds 5]

Generators are as the recipes in conf/recipes build them for clips of 1.024 s at 16 kHz and 17 labels, with the weights
they begin with: speed does not depend on what was learned. One sound is timed alone, and 32 in a batch (exports make
them one by one); the way back from the representation to samples, the same for all, is timed by itself on real notes.
Ways take turns; medians. `x real time` is a second of sound over the time that one sound of the fastest way takes, the
way back included.
"""

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3")
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import keras
import numpy as np
from bench_representations import notes
from ruamel.yaml import YAML

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.generation import exports, latents
from waveloom.generation.exported_model import unpacked
from waveloom.generation.sampler import BATCH
from waveloom.models.build_networks import build_generator
from waveloom.models.model import Call
from waveloom.models.recipe import Parts, Recipe, parts, resolve

RATE, SAMPLES, LABELS = 16_000, 16_384, 17
RECIPES = Path(__file__).resolve().parents[1] / "conf" / "recipes"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=sorted(path.stem for path in RECIPES.glob("*.yml")))
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    formats = plugins.available(exports)
    head = ["recipe", "predict, 1", "ours, 1", *(f"{form}, 1" for form in formats), "decode", "x real time"]
    head += [f"predict, {BATCH}", f"ours, {BATCH}", *(f"{form}, {BATCH}" for form in formats)]
    head += [f"{form}, MB" for form in formats]
    print("Milliseconds per sound.\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for name in options.recipes:
        print("| " + " | ".join([f"`{name}`", *row(name, formats, options.rounds)]) + " |", flush=True)


def row(name: str, formats: list[str], rounds: int) -> list[str]:
    """Measure the cells of one recipe."""
    recipe = resolve(YAML(typ="safe").load(RECIPES / f"{name}.yml"), {}, name)
    chosen = parts(recipe)
    shape = chosen.representation.shape(chosen.representation_config, SAMPLES, RATE)
    keras.utils.set_random_seed(0)
    network = build_generator(recipe, chosen, shape, LABELS if recipe.condition == "label" else 0)
    with TemporaryDirectory() as folder:
        ways, sizes = {"predict": by_predict(network), "ours": by_call(network)}, {}
        for form in formats:
            ways[form], sizes[form] = exported(network, form, Path(folder))
        single = spent(ways, recipe, 1, rounds)
        many = spent(ways, recipe, BATCH, rounds)
    back = decode_time(chosen, rounds)
    fastest = min(value for value in single.values() if value is not None)
    cells = [*single.values(), back, SAMPLES / RATE / (fastest + back) * 1000, *many.values(), *sizes.values()]
    return ["no" if value is None else f"{value:.3g}" for value in cells]


def by_predict(network: Any) -> Call:
    return lambda noise, label: network.predict(given(network, noise, label), verbose=0)


def by_call(network: Any) -> Call:
    return lambda noise, label: np.asarray(network(given(network, noise, label), training=False))


def given(network: Any, noise: np.ndarray, label: np.ndarray) -> Any:
    return [noise, label] if len(network.inputs) > 1 else noise


def exported(network: Any, form: str, folder: Path) -> tuple[Call | None, float | None]:
    """Run it one sound at a time, as `waveloom generate` does; None if the format does not support the network."""
    chosen = plugins.load(exports, form)
    file = folder / chosen.FILE
    try:
        chosen.write(unpacked(network), file)
    except InputError:
        return None, None
    call = chosen.load(file)

    def one_by_one(noise: np.ndarray, label: np.ndarray) -> np.ndarray:
        return np.concatenate([call(noise[i : i + 1], label[i : i + 1]) for i in range(len(noise))])

    return one_by_one, file.stat().st_size / 1e6


def spent(ways: dict[str, Call | None], recipe: Recipe, count: int, rounds: int) -> dict[str, float | None]:
    """Median milliseconds per sound of each method over interleaved rounds; the first is not counted."""
    drawn, labels = latents.draw(range(count), recipe.noise), np.arange(count, dtype=np.int32) % LABELS
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, call in ways.items():
            if call:
                took = timed(lambda call=call: call(drawn, labels))
                times[name] += [took / count] if number else []
    return {name: median(found) if found else None for name, found in times.items()}


def decode_time(chosen: Parts, rounds: int) -> float:
    """Median milliseconds from the representation of a note to its samples."""
    module, config = chosen.representation, chosen.representation_config
    encoded = module.encode(config, notes(8), RATE)
    module.decode(config, encoded, SAMPLES, RATE)
    return median(timed(lambda: module.decode(config, encoded, SAMPLES, RATE)) / 8 for _ in range(rounds))


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return 1000 * (perf_counter() - start)


if __name__ == "__main__":
    main()
