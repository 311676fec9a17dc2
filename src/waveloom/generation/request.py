"""A request for generated sounds: labels or text, seeds, controls, length and sample rate, checked field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from waveloom.config.errors import InputError

MAX_SECONDS = 6 * 3600
MIN_RATE_HZ = 4000
MAX_AMOUNT = 4.0  # standard deviations; larger changes give latent vectors unlike those of training


class RequestError(InputError):
    """A field of a request that cannot be used; the message begins with the field's name."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field, self.problem = field, problem


@dataclass(frozen=True)
class Request:
    """Sounds to generate: for each label one per seed. RequestError for values that are invalid for all generators."""

    labels: tuple[str, ...] = ()  # empty: the labels that `text` matches, or all labels without `text`
    text: tuple[str, ...] = ()  # English descriptions, each of which selects a label
    seed: int = 0  # of the first sound of each label; the next sound has the next seed
    count: int | None = None  # sounds per label, or steps of an interpolation; default: 4, or 1 with `seconds`
    interpolate: tuple[int, int] | None = None  # two seeds: from the sound of the first seed to that of the second
    controls: Mapping[str, float] = field(default_factory=dict)  # standard deviations, -4 to 4, by control name
    seconds: float | None = None  # length of one continuous sound; None: single clips
    rate_hz: int | None = None  # sample rate of the result, at most the generator's, which is the default
    truncation: float | None = None  # truncation trick, 0 (the mean style) to 1; None: as the generator was trained

    def __post_init__(self) -> None:
        self._check_combinations()
        self._check_ranges()

    @property
    def sounds_per_label(self) -> int:
        """Number of sounds per label, with the default filled in."""
        return self.count if self.count is not None else 4 if self.seconds is None else 1

    def _check_combinations(self) -> None:
        if self.labels and self.text:
            raise RequestError(
                "text", "was given together with labels; text chooses the label, so give one of the two."
            )
        if self.seconds is not None and (self.interpolate or self.controls):
            raise RequestError(
                "seconds", "was given with an interpolation or controls, which apply to clips; leave one of them out."
            )
        if self.interpolate and self.sounds_per_label < 2:
            raise RequestError("count", f"is {self.count}, but an interpolation has two ends; give 2 or more.")

    def _check_ranges(self) -> None:
        for name, value in (("seed", self.seed), *(("interpolate", seed) for seed in self.interpolate or ())):
            if value < 0:
                raise RequestError(name, f"is {value}; seeds are 0 or more.")
        if self.sounds_per_label < 1:
            raise RequestError("count", f"is {self.count}; give 1 or more.")
        if self.seconds is not None:
            check_seconds(self.seconds)
        if self.rate_hz is not None and self.rate_hz < MIN_RATE_HZ:
            raise RequestError("rate_hz", f"is {self.rate_hz}; give {MIN_RATE_HZ} Hz or more.")
        if self.truncation is not None and not 0 <= self.truncation <= 1:
            raise RequestError("truncation", f"is {self.truncation:g}; give a number from 0 to 1.")
        for name, amount in self.controls.items():
            if not abs(amount) <= MAX_AMOUNT:
                limits = f"amounts are from {-MAX_AMOUNT:g} to {MAX_AMOUNT:g}"
                raise RequestError("controls", f"has {name}={amount:g}, which is out of range; {limits}.")


def check_seconds(seconds: float) -> None:
    """Raise a RequestError unless a continuous sound may have this length."""
    if not 0 < seconds <= MAX_SECONDS:
        raise RequestError("seconds", f"is {seconds:g}; give a number above 0 and up to {MAX_SECONDS} (six hours).")
