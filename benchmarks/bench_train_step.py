"""Seconds per training step: ours, as in Keras tutorials, and PyTorch (eager, compiled) if it is installed.

    python benchmarks/bench_train_step.py [--rounds 5] [--steps 6] [--recipes dense wavegan] [--ways ours torch]

Recipes of conf/recipes without labels, batches of 32 clips per discriminator update; `dense` on the source paper's
64,000 samples, the others on 16,384. All implementations train the same networks, and the numbers of weights are
checked. Each measurement is a fresh process; rounds are interleaved, so that a busy machine slows all equally; the
first two steps of a process are not counted. Also printed: the throughput relative to this machine's matrix product
(square, 2,048, measured in each round), from the floating-point operations of products and convolutions in our graph;
and the milliseconds to generate 32 clips and one clip. `loading` is the time to read our batches, as a share of our
step; it runs in parallel to the step.

PyTorch is not a dependency of Waveloom: `pip install torch` in an environment of your choice. Missing libraries are
skipped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

BATCH, NOISE, RATE, WARM_UP = 32, 100, 16000, 2
SAMPLES = {"dense": 64000, "wavegan": 16384, "specgan": 16384, "residual": 16384}
WAYS = ("ours", "ours_averaged", "ours_xla", "keras", "torch", "torch_compiled")
RECIPES = Path(__file__).parents[1] / "conf" / "recipes"


def recipe(name: str) -> tuple[Any, Any, tuple[int, ...]]:
    """Give the recipe without labels, its parts, and the shape of a clip."""
    from ruamel.yaml import YAML

    from waveloom.models.recipe import parts, resolve

    known = resolve(YAML(typ="safe").load(RECIPES / f"{name}.yml"), {"condition": "none"})
    chosen = parts(known)
    return known, chosen, chosen.representation.shape(chosen.representation_config, SAMPLES[name], RATE)


def objective(known: Any) -> Any:
    from waveloom.config import plugins
    from waveloom.training import objectives

    return plugins.load(objectives, known.objective)


def clips(known: Any, shape: tuple[int, ...]) -> np.ndarray:
    count = BATCH * known.discriminator_training.updates
    return np.tanh(np.random.default_rng(0).standard_normal((count, *shape))).astype(np.float32)


def build(name: str, way: str) -> tuple[Callable[[], object], Callable[[int], object], tuple[int, ...]]:
    """Build a training step of recipe `name` in the implementation `way`, its generator, and the numbers of weights."""
    known, chosen, shape = recipe(name)
    penalty = (
        known.discriminator_training.penalty.weight if known.discriminator_training.penalty.kind != "none" else 0.0
    )
    real, updates = clips(known, shape), known.discriminator_training.updates
    if way.startswith("torch"):
        from peers_torch import game

        return game(name, known.objective, real, updates, penalty, way == "torch_compiled")
    from waveloom.models.build_networks import build_networks

    networks = build_networks(known, chosen, shape, 0)
    both = networks.generator, networks.discriminator
    counts = tuple(sum(w.value.numpy().size for w in network.trainable_variables) for network in both)
    if way == "keras":
        from peers_keras import combined, subclassed

        plain = name == "dense"
        step = combined(*both, real) if plain else subclassed(*both, objective(known), real, updates, penalty)
        return step, lambda count: networks.generator.predict(np.zeros((count, NOISE)), verbose=0), counts
    return *ours(known, chosen, networks, real, way), counts


def ours(known: Any, chosen: Any, networks: Any, real: np.ndarray, way: str) -> tuple:
    """Build the step of `waveloom.training.game` as a training does."""
    import keras
    import tensorflow as tf

    from waveloom.training.batches import Batch
    from waveloom.training.game import GameConfig
    from waveloom.training.games.generation import Game

    keras.utils.set_random_seed(0)
    tf.config.experimental.enable_op_determinism()
    decay = 0.99 if way == "ours_averaged" else 0.0
    average = keras.models.clone_model(networks.generator) if decay else networks.generator
    config = GameConfig(objective(known), known.optimiser, known.discriminator_training, average=decay)
    game = Game(config, networks, average)
    play = game.train_step
    if way == "ours_xla":
        play = tf.function(lambda *args: Game.train_step.python_function(game, *args), jit_compile=True)
    batch = Batch(tf.constant(real), None, tf.zeros(len(real), tf.int32))
    step = iter(range(1, 10**9))
    return (
        lambda: {name: float(loss) for name, loss in play(tf.constant(next(step)), batch).items()},
        lambda count: game.sample(tf.zeros((count, NOISE)), tf.zeros(count, tf.int32)).numpy(),
    )


def timed(work: Callable[[], object], times: int) -> float:
    """Measure median seconds without the warm-up steps."""
    seconds = []
    for _ in range(WARM_UP + times):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return median(seconds[WARM_UP:])


def peak(times: int = 5) -> float:
    """Measure floating-point operations per second in a square matrix product of 2,048."""
    square = np.ones((2048, 2048), np.float32)
    return 2 * 2048**3 / timed(lambda: square @ square, times)


def operations(name: str) -> float:
    """Count the floating-point operations of matrix products and convolutions in one of our steps, by TensorFlow."""
    import tensorflow as tf
    from tensorflow.python.profiler import model_analyzer
    from tensorflow.python.profiler.option_builder import ProfileOptionBuilder

    known, chosen, shape = recipe(name)
    from waveloom.models.build_networks import build_networks

    networks = build_networks(known, chosen, shape, 0)
    total = {}
    for role, network in (("generator", networks.generator), ("discriminator", networks.discriminator)):
        given = tf.TensorSpec((BATCH, *network.inputs[0].shape[1:]))
        graph = tf.function(network).get_concrete_function(given).graph
        options = ProfileOptionBuilder(ProfileOptionBuilder.float_operation()).with_empty_output().build()
        total[role] = model_analyzer.profile(graph, options=options).total_float_ops
    # An update of the discriminator: fake clips, then real and fake forwards and backwards (twice a forward); the
    # penalty is a forward, a backward to the clips, and both backwards again. One of the generator: both forwards and
    # backwards, but not to the discriminator's weights.
    penalty = 6 if known.discriminator_training.penalty.kind == "wgan_gp" else 0
    update = total["generator"] + (2 * 3 + penalty) * total["discriminator"]
    return known.discriminator_training.updates * update + 3 * total["generator"] + 2 * total["discriminator"]


def loading(name: str) -> float:
    """Seconds to read a step's batch as training does."""
    from waveloom.training.batches import EncodedClips, Sampling, batches

    known, _, shape = recipe(name)
    size = BATCH * known.discriminator_training.updates
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clips.f32")
        np.concatenate([clips(known, shape)] * 2).tofile(path)
        encoded = EncodedClips(path, shape, np.zeros(2 * size, np.int64))
        stream = iter(batches(encoded, Sampling(size, balance=True, seed=0), range(1, 10**6), lambda rows: rows))
        return timed(lambda: next(stream), 20)


def measure(name: str, way: str, steps: int) -> dict[str, Any]:
    """What one process finds out."""
    if way == "facts":
        return {"operations": operations(name), "loading": loading(name)}
    step, generate, counts = build(name, way)
    found = {"step": timed(step, steps), "weights": counts, "peak": peak()}
    return {**found, "batch": timed(lambda: generate(BATCH), 5), "single": timed(lambda: generate(1), 5)}


def measure_apart(name: str, way: str, steps: int) -> dict[str, Any] | None:
    """The same in a fresh process with the environment of an ordinary user; None, with the reason, if it fails."""
    environment = {key: value for key, value in os.environ.items() if key != "TF_ENABLE_ONEDNN_OPTS"}
    if way == "keras":
        environment["TF_ENABLE_ONEDNN_OPTS"] = "0"  # as TensorFlow comes on most CPUs; `waveloom` turns it on
    command = [sys.executable, __file__, "--measure", name, way, "--steps", str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{name:9s} {way:15s} not measured: {done.stderr.strip().splitlines()[-1][:150]}")
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare(name: str, ways: list[str], rounds: int, steps: int) -> None:
    """Measure each way of one recipe in turn, and print a line for each."""
    facts = measure_apart(name, "facts", steps)
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way in [way for way in ways if way in found]:
            if (one := measure_apart(name, way, steps)) is None:
                del found[way]
            else:
                found[way].append(one)
    middle = {way: {key: median(r[key] for r in runs) for key in ("step", "peak", "batch", "single")}
              for way, runs in found.items()}  # fmt: skip
    if len({tuple(runs[0]["weights"]) for runs in found.values()}) > 1:
        print(f"{name}: the networks differ: { {way: runs[0]['weights'] for way, runs in found.items()} }")
    base = middle.get("ours", next(iter(middle.values())))["step"]
    for way, values in middle.items():
        share = facts["operations"] / values["step"] / values["peak"] if facts else float("nan")
        print(
            f"{name:9s} {way:15s} {values['step']:7.3f} s per step  {values['step'] / base:5.2f} x ours  "
            f"{share:4.0%} of peak  32 clips {1000 * values['batch']:6.1f} ms  one {1000 * values['single']:6.1f} ms"
        )
    if facts:
        print(f"{name:9s} loading {1000 * facts['loading']:.2f} ms, {facts['loading'] / base:.1%} of our step\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--recipes", nargs="+", choices=SAMPLES, default=list(SAMPLES))
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[way for way in WAYS if way != "ours_xla"])
    parser.add_argument("--measure", nargs=2, help="a recipe and a way: measure in this process and print JSON")
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(*given.measure, given.steps)))
        return
    ways = [way for way in given.ways if not way.startswith("torch") or find_spec("torch")]
    if ways != given.ways:
        print("torch: not measured, PyTorch is not installed (pip install torch)")
    for name in given.recipes:
        compare(name, ways, given.rounds, given.steps)


if __name__ == "__main__":
    main()
