"""Plan the sounds of a request: their latent vectors, labels and names."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from waveloom.generation import latents
from waveloom.generation.controls.directions import Control, apply_controls
from waveloom.generation.controls.interpolation import interpolate
from waveloom.generation.request import Request, RequestError
from waveloom.generation.text.match import Match, match_label
from waveloom.models.descriptions import descriptions_by_label, stored_positions
from waveloom.models.layers.selection import select_among

DESCRIPTION_LENGTH = 60  # characters of a description in a file's name


@dataclass(frozen=True)
class SoundPlan:
    """One sound to make: its label ("" without labels), its latent vector (n,), and how to make it again.

    `stem` and the label make the file name. `origin` describes how the latent vector was made: "seed 7 pitch+1.5".
    `seed` is None for a step of an interpolation. `description` selects some of the label's stored spectrograms; ""
    selects all. `matches` are the texts that selected it. With `redraw_copies`, a copy of a training sound is drawn
    again; it is False if an interpolation, a control or a description determines the latent vector.
    """

    label: str
    latent: np.ndarray
    stem: str
    origin: str
    seed: int | None = None
    description: str = ""
    matches: tuple[Match, ...] = ()
    redraw_copies: bool = False


def plan_sounds(
    spec: Mapping[str, Any], request: Request, find_controls: Callable[[], list[Control]]
) -> list[SoundPlan]:
    """Plan every sound of a request, label by label, for the generator that `spec` (model.json) describes.

    RequestError if it cannot make them. `find_controls` is called if the request has controls.
    """
    _check(spec, request)
    targets = _targets(spec, request)
    sounds = _unlabelled(spec, request, find_controls)
    if request.truncation is not None:
        sounds = [_suffixed(sound, f" truncation {request.truncation:g}") for sound in sounds]
    sounds = [_labelled(spec, sound, *target) for target in targets for sound in sounds]
    return sounds if request.seconds is None else [_with_length(sound, request.seconds) for sound in sounds]


def _check(spec: Mapping[str, Any], request: Request) -> None:
    names, rate_hz = spec["labels"], spec["rate_hz"]
    if request.labels and not names:
        given = list(request.labels)
        raise RequestError("labels", f"is {given}, but this generator was trained without labels; leave it out.")
    if unknown := [label for label in request.labels if label not in names]:
        raise RequestError("labels", f"is {unknown[0]!r}; the labels of this generator are: {', '.join(names)}.")
    if request.rate_hz is not None and request.rate_hz > rate_hz:
        raise RequestError(
            "rate_hz",
            f"is {request.rate_hz}, but this generator was trained at {rate_hz} Hz and makes nothing above "
            f"{rate_hz // 2} Hz. Leave it out, or train at a higher rate, as after `waveloom use 48khz` "
            "(docs/how-to/rates.md).",
        )


def _targets(spec: Mapping[str, Any], request: Request) -> list[tuple[str, str, tuple[Match, ...]]]:
    """Choose labels and descriptions of their stored sounds, each with the texts that matched it."""
    if not request.text:
        return [(label, "", ()) for label in dict.fromkeys(request.labels or spec["labels"] or [""])]
    descriptions = descriptions_by_label(spec)
    matches = [match_label(text, spec["labels"], descriptions) for text in request.text]
    targets = dict.fromkeys((match.label, match.description) for match in matches)
    return [
        (*target, tuple(match for match in matches if (match.label, match.description) == target)) for target in targets
    ]


def _unlabelled(
    spec: Mapping[str, Any], request: Request, find_controls: Callable[[], list[Control]]
) -> list[SoundPlan]:
    """Plan the sounds of one label, before it is set: of consecutive seeds or an interpolation, moved by controls."""
    if request.interpolate:
        sounds = _interpolated(request.interpolate, request.sounds_per_label, spec["recipe"]["noise"])
    else:
        sounds = _from_seeds(range(request.seed, request.seed + request.sounds_per_label), spec["recipe"]["noise"])
    if not request.controls:
        return sounds
    suffix = "".join(f" {name}{amount:+g}" for name, amount in request.controls.items())
    moved = apply_controls(np.stack([sound.latent for sound in sounds]), find_controls(), request.controls)
    return [
        replace(_suffixed(sound, suffix), latent=row, redraw_copies=False)
        for sound, row in zip(sounds, moved, strict=True)
    ]


def _from_seeds(seeds: range, length: int) -> list[SoundPlan]:
    drawn = zip(seeds, latents.draw(seeds, length), strict=True)
    return [SoundPlan("", row, f"{seed:04d}", f"seed {seed}", seed, redraw_copies=True) for seed, row in drawn]


def _interpolated(ends: tuple[int, int], count: int, length: int) -> list[SoundPlan]:
    first, last = latents.draw(ends, length)
    stem, origin = f"{ends[0]:04d}-to-{ends[1]:04d}", f"seeds {ends[0]} to {ends[1]}"
    steps = enumerate(interpolate(first, last, count), 1)
    return [SoundPlan("", row, f"{stem}-{step:02d}", f"{origin}, {step} of {count}") for step, row in steps]


def _suffixed(sound: SoundPlan, suffix: str) -> SoundPlan:
    return replace(sound, stem=sound.stem + suffix.replace(" ", "-"), origin=sound.origin + suffix)


def _with_length(sound: SoundPlan, seconds: float) -> SoundPlan:
    return replace(sound, stem=f"{sound.stem}-{seconds:g}s", origin=f"{sound.origin} seconds {seconds:g}")


def _labelled(
    spec: Mapping[str, Any], sound: SoundPlan, label: str, description: str, matches: tuple[Match, ...]
) -> SoundPlan:
    """Set a planned sound's label; with a description, its latent vector selects stored sounds of that description."""
    sound = replace(sound, label=label, matches=matches)
    if not description:
        return sound
    short = re.sub(r"[^0-9A-Za-z]+", "_", description).strip("_")[:DESCRIPTION_LENGTH]
    return replace(
        sound,
        latent=select_among(sound.latent, *stored_positions(spec, label, description)),
        stem=f"{short}-{sound.stem}",
        origin=f"{sound.origin} called {description}",
        description=description,
        redraw_copies=False,
    )
