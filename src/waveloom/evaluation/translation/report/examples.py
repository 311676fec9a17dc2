"""Examples of the report: source, output and true target of one excerpt, as sounds and spectrograms in the page."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from waveloom.evaluation.report.audio_players import AUDIO_BUDGET, Player, player_of
from waveloom.evaluation.translation.measurement import Output


class Example(NamedTuple):
    """One translation: its `title`, and a player each for source, output and, where it is known, true target."""

    title: str
    players: list[Player]


def examples(outputs: Sequence[Output], count: int) -> list[Example]:
    """`count` translations at equal distances in the order of the outputs, which says nothing about their quality.

    Fewer, but at least one, are returned if they would make the page too large.
    """
    shown: list[Example] = []
    used = 0
    for number in evenly_spaced(len(outputs), count):
        example = _example(outputs[number])
        used += sum(len(player.audio) for player in example.players)
        if shown and used > AUDIO_BUDGET:
            break
        shown.append(example)
    return shown


def evenly_spaced(total: int, count: int) -> list[int]:
    """`count` different numbers below `total`, in an order in which the first few are spread over the whole range."""
    numbers = np.unique(np.linspace(0, total - 1, min(count, total)).round().astype(int)) if total else np.empty(0, int)
    # Van der Corput order: the bits of the position, reversed.
    bits = max(int(len(numbers) - 1).bit_length(), 1)
    order = sorted(range(len(numbers)), key=lambda position: int(f"{position:0{bits}b}"[::-1], 2))
    return [int(numbers[position]) for position in order]


def _example(output: Output) -> Example:
    translation, selected = output.translation, output.selected
    sounds = [
        (f"Input: {translation.source}", selected.source.sound),
        (f"Output: {translation.target}", output.sound),
    ]
    if selected.truth is not None:
        sounds.append((f"True target: {translation.target}", selected.truth.sound))
    players = [player_of(title, sound.samples, sound.rate_hz) for title, sound in sounds]
    return Example(f"{selected.source.name}, {translation.source} to {translation.target}", players)
