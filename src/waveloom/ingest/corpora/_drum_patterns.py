"""Drum patterns drawn at random: a groove of two bars in sixteenths, repeated, with a fill in every fourth bar."""

import numpy as np

from waveloom.ingest.corpora._midi_writer import Note

STEPS = 16  # of a bar of four quarter notes
QUARTER_SECONDS = 60 / 105
HIT_SECONDS = 0.1
KICK, RIM, SNARE, CLAP, CLOSED_HAT, OPEN_HAT, CRASH, RIDE = 36, 37, 38, 39, 42, 46, 49, 51
TOMS = (50, 48, 45, 41)
KICKS = np.array([1, 0, 0.1, 0.3, 0.1, 0, 0.4, 0.2, 0.6, 0, 0.4, 0.2, 0.1, 0, 0.3, 0.1])  # probability at each step
GHOSTS = np.array([0, 0.1, 0, 0.2, 0, 0.1, 0, 0.3, 0, 0.3, 0, 0.1, 0, 0.1, 0.1, 0.3])
ACCENT, NORMAL, GHOST = 110, 85, 45  # velocities
Hits = list[tuple[int, int, int]]  # step, key, velocity


def drum_pattern(random: np.random.Generator, seconds: float) -> list[Note]:
    """Draw a pattern of as many whole bars as fit into `seconds`, at least one, at 105 quarter notes a minute."""
    groove = [_bar(random) for _ in range(2)]
    cymbals = _cymbals(random)
    step_seconds = 4 * QUARTER_SECONDS / STEPS
    notes = {}
    for bar in range(max(int(seconds / (4 * QUARTER_SECONDS)), 1)):
        hits = [*cymbals, *groove[bar % 2]]
        if bar % 4 == 3:
            hits = [hit for hit in hits if hit[0] < STEPS - 4] + _fill(random)
        elif bar % 4 == 0 and bar:
            hits = [hit for hit in hits if hit[0] or hit[1] == KICK] + [(0, CRASH, NORMAL)]
        for step, key, velocity in hits:
            onset = (bar * STEPS + step) * step_seconds
            notes[onset, key] = Note(onset, onset + HIT_SECONDS, key, velocity)
    return sorted(notes.values())


def _bar(random: np.random.Generator) -> Hits:
    """Draw kick and backbeat, with ghost notes of the snare in half of the patterns."""
    backbeat = int(random.choice([SNARE, SNARE, SNARE, CLAP, RIM]))
    hits: Hits = [(int(step), KICK, ACCENT) for step in np.flatnonzero(random.random(STEPS) < KICKS)]
    hits += [(step, backbeat, ACCENT) for step in (4, 12)]
    if random.random() < 0.5:
        hits += [(int(step), SNARE, GHOST) for step in np.flatnonzero(random.random(STEPS) < GHOSTS)]
    return hits


def _cymbals(random: np.random.Generator) -> Hits:
    """Draw hi-hat or ride on quarters, eighths or sixteenths, with an open hi-hat at one step or none."""
    key = int(random.choice([CLOSED_HAT, CLOSED_HAT, RIDE]))
    every = int(random.choice([1, 2, 2, 4]))
    opened = int(random.choice([-1, 6, 10, 14]))
    hits: Hits = [(step, key, NORMAL if step % 4 == 0 else 65) for step in range(0, STEPS, every) if step != opened]
    return hits if opened < 0 or key == RIDE else [*hits, (opened, OPEN_HAT, NORMAL)]


def _fill(random: np.random.Generator) -> Hits:
    keys = np.sort(random.integers(0, len(TOMS) + 1, 4))
    return [(STEPS - 4 + step, (SNARE, *TOMS)[key], NORMAL) for step, key in enumerate(keys)]
