"""Seconds a training step of the source paper's dense GAN takes: the usual Keras way, ours, and PyTorch if installed.

    python benchmarks/bench_train_step.py [--rounds 5] [--steps 6]

100-512-512-1024-1024-64000 against 64000-1024-512-256-1 with dropout, batch of 32, binary cross-entropy, Adam, noise 1
for the critic, noise 2 for the generator. Each measurement is a fresh process; rounds are interleaved, so that a busy
machine slows all alike; the first two steps of a process are not counted.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np

BATCH, NOISE, SAMPLES = 32, 100, 64000
GENERATOR, CRITIC = (512, 512, 1024, 1024), (1024, 512, 256)
WARM_UP = 2

REAL = np.tanh(np.random.default_rng(0).standard_normal((BATCH, SAMPLES))).astype(np.float32)


def naive() -> Callable[[], object]:
    """`predict`, `train_on_batch` twice, then a combined model; as tutorials have it, oneDNN left as it comes."""
    import keras

    generator = keras.Sequential([keras.Input((NOISE,))])
    for width in GENERATOR:
        generator.add(keras.layers.Dense(width, activation="relu"))
    generator.add(keras.layers.Dense(SAMPLES, activation="tanh"))
    critic = keras.Sequential([keras.Input((SAMPLES,))])
    for width in CRITIC:
        for layer in (keras.layers.Dense(width), keras.layers.LeakyReLU(0.2), keras.layers.Dropout(0.3)):
            critic.add(layer)
    critic.add(keras.layers.Dense(1, activation="sigmoid"))
    critic.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), "binary_crossentropy")
    critic.train_on_batch(REAL, np.ones(BATCH))  # Keras 3 must trace it before it is frozen, or it never trains
    critic.trainable = False
    combined = keras.Sequential([generator, critic])
    combined.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), "binary_crossentropy")
    draw = np.random.default_rng(0)

    def step() -> object:
        fake = generator.predict(draw.standard_normal((BATCH, NOISE)), verbose=0)
        critic.train_on_batch(REAL, np.ones(BATCH))
        critic.train_on_batch(fake, np.zeros(BATCH))
        return combined.train_on_batch(draw.standard_normal((BATCH, NOISE)), np.ones(BATCH))

    return step


def ours(decay: float = 0.0) -> Callable[[], object]:
    """`waveloom.training.game`, as a training uses it."""
    from waveloom.networks import dense  # before TensorFlow: the package sets the flags TensorFlow reads once
    import keras  # isort: skip
    import tensorflow as tf  # isort: skip
    from waveloom.objectives import bce
    from waveloom.recipes import Optimiser
    from waveloom.training.game import Game

    keras.utils.set_random_seed(0)
    tf.config.experimental.enable_op_determinism()
    networks = dense.build(dense.Config(), (SAMPLES,), NOISE, 0)
    average = keras.models.clone_model(networks.generator) if decay else networks.generator
    game = Game(networks, average, bce, Optimiser(), 0, decay)
    real, labels = tf.constant(REAL), tf.zeros(BATCH, tf.int32)
    return lambda: {name: float(loss) for name, loss in game.train_step(tf.constant(1), real, labels).items()}


def ours_averaged() -> Callable[[], object]:
    """The same, with a moving average of the generator besides, which the others do not have."""
    return ours(0.99)


def torch_eager() -> Callable[[], object]:
    """PyTorch as its users write it, at its best: fused Adam, real and fake in one call of the critic."""
    import torch
    from torch import nn

    def stack(sizes: tuple[int, ...], *after: Callable[[], nn.Module]) -> list[nn.Module]:
        pairs = pairwise(sizes)
        return [module for a, b in pairs for module in (nn.Linear(a, b), *(make() for make in after))]

    generator = nn.Sequential(*stack((NOISE, *GENERATOR), nn.ReLU), nn.Linear(GENERATOR[-1], SAMPLES), nn.Tanh())
    slope, drop = (lambda: nn.LeakyReLU(0.2)), (lambda: nn.Dropout(0.3))
    critic = nn.Sequential(*stack((SAMPLES, *CRITIC), slope, drop), nn.Linear(CRITIC[-1], 1))
    adams = [torch.optim.Adam(m.parameters(), 2e-4, (0.5, 0.999), fused=True) for m in (generator, critic)]
    real, loss = torch.from_numpy(REAL), nn.BCEWithLogitsLoss()
    truth = torch.cat([torch.ones(BATCH, 1), torch.zeros(BATCH, 1)])

    def step() -> object:
        with torch.no_grad():
            fake = generator(torch.randn(BATCH, NOISE))
        adams[1].zero_grad()
        loss(critic(torch.cat([real, fake])), truth).backward()
        adams[1].step()
        critic.requires_grad_(False)
        adams[0].zero_grad()
        found = loss(critic(generator(torch.randn(BATCH, NOISE))), truth[:BATCH])
        found.backward()
        adams[0].step()
        critic.requires_grad_(True)
        return float(found.detach())

    return step


WAYS = {"naive": naive, "ours": ours, "ours_averaged": ours_averaged, "torch_eager": torch_eager}


def measure(way: str, steps: int) -> float:
    """Median seconds a step of `way`, in this process."""
    step = WAYS[way]()
    seconds = []
    for _ in range(WARM_UP + steps):
        start = perf_counter()
        step()
        seconds.append(perf_counter() - start)
    return median(seconds[WARM_UP:])


def measure_apart(way: str, steps: int) -> float:
    """The same in a fresh process with the environment of an ordinary user."""
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    command = [sys.executable, __file__, "--measure", way, "--steps", str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--measure", choices=WAYS, help="measure one way in this process and print its seconds")
    given = parser.parse_args()
    if given.measure:
        print(measure(given.measure, given.steps))
        return
    ways = [way for way in WAYS if way != "torch_eager" or find_spec("torch")]
    found: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(given.rounds):
        for way in ways:
            found[way].append(measure_apart(way, given.steps))
    base = median(found["naive"])
    for way in ways:
        print(f"{way:14s} {median(found[way]):6.3f} s a step  {base / median(found[way]):5.2f} x naive")
    if "torch_eager" not in ways:
        print("torch_eager    not measured: PyTorch is not installed (pip install torch)")


if __name__ == "__main__":
    main()
