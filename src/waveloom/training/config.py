"""The knobs of training that every recipe shares."""

from dataclasses import asdict, field
from typing import Annotated, Any, Literal

from pydantic import Field

from waveloom.config.checked import checked_dataclass

GROUP = 4  # clips that discriminators may compare with each other: networks._neighbours.GROUP, without loading Keras
Policy = Literal["warn", "roll_back", "stop", "ignore"]


@checked_dataclass
class Failures:
    """What to do when a look finds one (see `training.failures`); all are named in the log, MLflow and the report."""

    silence: Policy = "warn"
    clipping: Policy = "warn"
    one_tone: Policy = "warn"
    hiss: Policy = "warn"
    collapse: Policy = "warn"
    memorised: Policy = "warn"
    saturated: Policy = "warn"
    nan: Literal["roll_back", "stop"] = "stop"  # losses or sounds that are no longer numbers: there is no going on

    @property
    def any_rolls_back(self) -> bool:
        """Whether a good state has to be kept."""
        return "roll_back" in asdict(self).values()


@checked_dataclass
class Train:
    """How long to train what, on what, and how often to look; all counts are in steps unless named otherwise."""

    recipe: str = "loom"
    overrides: dict[str, Any] = field(default_factory=dict)  # laid over the recipe
    start_from: str = ""  # a model folder, an MLflow URI or dvc:PATH@REVISION; empty: random weights
    freeze: tuple[str, ...] = ()  # patterns of names of loaded weights that stay as they are
    loaded_rate: Annotated[float, Field(gt=0, le=1)] = 1.0  # share of the recipe's rates at which loaded weights learn
    distribution: Literal["one", "local", "cluster"] = "one"  # device, all of this machine's, or machines by TF_CONFIG
    steps: Annotated[int, Field(gt=0)] = 2000
    batch_size: Annotated[int, Field(ge=4, multiple_of=4)] = (
        32  # clips; discriminators may compare them in groups of four
    )
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    average: Annotated[float, Field(ge=0, lt=1)] = 0.99  # decay of the generator's moving average; 0: no average
    balance: bool = True  # every label as often as any other
    validate_every: Annotated[int, Field(ge=0)] = 250  # 0: never
    validation_clips: Annotated[int, Field(ge=8)] = 128  # clips
    keep: Literal["best", "last"] = "best"  # which generator: of the look with the smallest distance, or of the end
    patience: Annotated[int, Field(ge=0)] = 0  # looks without a smaller distance before training stops; 0: never
    minutes: Annotated[float, Field(ge=0)] = 0.0  # before training stops, 0: none; the only knobs that read a clock
    cpu_minutes: Annotated[float, Field(ge=0)] = 0.0  # the same of the processor, over all cores
    failures: Failures = Failures()
    roll_backs: Annotated[int, Field(ge=0, le=15)] = 3  # times, before a failure that rolls back stops the training
    roll_back_rate: Annotated[float, Field(gt=0, le=1)] = 0.5  # what each roll back multiplies the learning rates by
    jit_compile: bool = False  # have XLA compile the step
    precision: Literal["float32", "mixed"] = "float32"  # mixed: products in bfloat16, weights and sums in float32
    checkpoint_every: Annotated[int, Field(gt=0)] = 250
    keep_checkpoints: Annotated[int, Field(gt=0)] = 2


def batch_size(clips: int, wanted: int, replicas: int = 1) -> int:
    """The largest batch, at most `wanted`, that `clips` fill: a multiple of four for each replica, one at least.

    Batches are drawn with replacement, so that even one clip fills the smallest.
    """
    unit = GROUP * replicas
    return wanted if clips >= wanted else min(wanted, max(clips // unit * unit, unit))
