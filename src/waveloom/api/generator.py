"""Generators of the Python API: keywords in, lists of sounds out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from waveloom.api.sound import Sound, Sounds
from waveloom.generation.generator import Generator as Engine
from waveloom.generation.request import Request, RequestError
from waveloom.generation.sound_files import file_names

Names = str | Sequence[str]
KEYWORD_OF_FIELD = {"labels": "label", "rate_hz": "rate"}  # fields of a request that are keywords of other names


class Generator:
    """A generator of sounds, trained or exported; the same seed and label always give the same sound.

    The network is built for the first sound, and reused.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def labels(self) -> list[str]:
        """The labels it was trained with; empty if it has none."""
        return list(self._engine.labels)

    @property
    def rate(self) -> int:
        """Sample rate of its sounds in Hz."""
        return self._engine.rate_hz

    @property
    def seconds(self) -> float:
        """Length of one clip in seconds."""
        return self._engine.seconds

    @property
    def digest(self) -> str:
        """SHA-256 of the trained model, in hex, which also identifies its exports."""
        return self._engine.digest

    @property
    def controls(self) -> dict[str, float]:
        """The controls of `generate`, each with how reliably it works, from 1, always, to 0, not at all.

        The number is the correlation of the property with the control. The first call for a model makes 600 sounds.
        """
        return {control.name: control.correlation for control in self._engine.controls}

    def generate(
        self,
        label: Names | None = None,
        *,
        text: Names | None = None,
        seed: int = 0,
        count: int = 1,
        seconds: float | None = None,
        controls: Mapping[str, float] | None = None,
        rate: int | None = None,
        truncation: float | None = None,
    ) -> Sounds:
        """Generate `count` sounds of each label, or of the labels that match each English `text` (default: all labels).

        The first sound of a label has the seed `seed`, the next one the next seed. With `seconds` each is one
        continuous sound of that length, otherwise one clip. `controls` move a sound by standard deviations, -4 to 4:
        {"brightness": 1.5}. `rate` in Hz is at most that of the generator. `truncation` is that of a stylegan, 0 to 1.
        InputError, before any sound is made, if this generator cannot make them.
        """
        with keywords_named_in_errors(KEYWORD_OF_FIELD):
            names, texts, amounts = _names(label), _names(text), dict(controls or {})
            return self._sounds(Request(names, texts, seed, count, None, amounts, seconds, rate, truncation))

    def interpolate(
        self,
        a: int,
        b: int,
        label: Names | None = None,
        *,
        count: int = 8,
        controls: Mapping[str, float] | None = None,
    ) -> Sounds:
        """Generate `count` steps for each label from the sound of seed `a` to that of seed `b`, both included."""
        with keywords_named_in_errors(KEYWORD_OF_FIELD):
            return self._sounds(Request(_names(label), (), 0, count, (a, b), dict(controls or {})))

    def __repr__(self) -> str:
        labels = f", {len(self.labels)} labels" if self.labels else ""
        return f"<Generator {self.digest[:12]}: clips of {self.seconds:.2f} s at {self.rate} Hz{labels}>"

    def _sounds(self, request: Request) -> Sounds:
        plans = self._engine.plan(request)
        made = zip(file_names(plans), self._engine.make(plans, request), strict=True)
        return Sounds(self._sound(name.removesuffix(".wav"), one) for name, one in made)

    def _sound(self, name: str, made: Any) -> Sound:
        array, plan = np.concatenate(list(made.blocks), axis=-1), made.plan
        comment = f"model {self.digest} {plan.origin}"
        return Sound(array, made.rate_hz, name, plan.label, plan.origin, plan.seed, self.digest, comment)


def _names(names: Names | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names or ())


@contextmanager
def keywords_named_in_errors(
    keyword_of_field: Mapping[str, str],
) -> Iterator[None]:
    """Replace the field of a request by the keyword in error messages."""
    try:
        yield
    except RequestError as error:
        raise RequestError(keyword_of_field.get(error.field, error.field), error.problem) from error
