"""The sounds that are asked for: of seeds, or on the way between two of them, and moved along handles."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from waveloom.config.errors import InputError
from waveloom.generation.controls import directions as find
from waveloom.generation.controls import interpolation as path
from waveloom.generation.sampler import noise
from waveloom.models.model import Exported, Model

FARTHEST = 4.0  # standard deviations of the noise: beyond, it is like none that was trained with


class Wanted(NamedTuple):
    """One sound: what its file is called beside its label, what makes it again in words, its seed if it has one alone.

    `noise` (n,) is what the generator is given. `description` is that of the remembered sounds it begins with, if words
    named one. It is `plain` if nothing but its seed was asked for.
    """

    stem: str
    origin: str
    seed: int | None
    noise: np.ndarray
    description: str = ""
    plain: bool = False


def wanted(
    model: Model | Exported, seed: int, count: int, between: tuple[int, int] | None, more: Sequence[str]
) -> list[Wanted]:
    """Sounds of `count` seeds from `seed` on, or as many on the way `between` two; `more` (NAME=AMOUNT) moves them."""
    moves, length = _moves(more), model.spec["recipe"]["noise"]
    sounds = _between(between, count, length) if between else _alone(range(seed, seed + count), length)
    if not moves:
        return sounds
    said = "".join(f" {name}{amount:+g}" for name, amount in moves.items())
    drawn = find.moved(np.stack([sound.noise for sound in sounds]), find.find(model), moves)
    return [
        Wanted(sound.stem + said.replace(" ", "-"), sound.origin + said, sound.seed, row)
        for sound, row in zip(sounds, drawn, strict=True)
    ]


def _alone(seeds: range, length: int) -> list[Wanted]:
    drawn = zip(seeds, noise(seeds, length), strict=True)
    return [Wanted(f"{seed:04d}", f"seed {seed}", seed, row, plain=True) for seed, row in drawn]


def _between(ends: tuple[int, int], count: int, length: int) -> list[Wanted]:
    if count < 2:
        raise InputError(f"--count is {count}, but a way between two sounds has two ends; give 2 or more.")
    first, last = noise(ends, length)
    stem, origin = f"{ends[0]:04d}-to-{ends[1]:04d}", f"seeds {ends[0]} to {ends[1]}"
    steps = enumerate(path.between(first, last, count), 1)
    return [Wanted(f"{stem}-{step:02d}", f"{origin}, {step} of {count}", None, row) for step, row in steps]


def _moves(more: Sequence[str]) -> dict[str, float]:
    moves = {}
    for word in more:
        name, _, amount = word.partition("=")
        try:
            moves[name] = float(amount)
        except ValueError:
            raise InputError(f"--more is {word!r}, which is not NAME=AMOUNT, such as brightness=1.5.") from None
        if not abs(moves[name]) <= FARTHEST:
            raise InputError(f"--more {word} goes too far; amounts are from {-FARTHEST:g} to {FARTHEST:g}.")
    return moves
