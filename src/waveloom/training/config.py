"""The parameters of training that all recipes share: the section `train` of params.yaml."""

from dataclasses import asdict, field
from typing import Annotated, Any, Literal

from pydantic import Field

from waveloom.config.checked import checked_dataclass

GROUP = 4  # clips that discriminators may compare: `minibatch_stddev.GROUP`, without importing Keras
Policy = Literal["warn", "roll_back", "stop", "ignore"]


@checked_dataclass
class Failures:
    """What to do if a validation detects a failure (see `training.failures`); all are logged, also to MLflow."""

    silence: Policy = "warn"
    clipping: Policy = "warn"
    one_tone: Policy = "warn"
    hiss: Policy = "warn"
    collapse: Policy = "warn"
    memorised: Policy = "warn"
    saturated: Policy = "warn"
    unchanged: Policy = "warn"  # of translators, as content_lost
    content_lost: Policy = "warn"
    nan: Literal["roll_back", "stop"] = "stop"  # losses or clips that are not finite: training cannot continue

    @property
    def any_rolls_back(self) -> bool:
        """Whether a good state has to be stored."""
        return "roll_back" in asdict(self).values()


@checked_dataclass
class Train:
    """Recipe, duration, batches, validation, failures and checkpoints; counts are in steps unless stated otherwise."""

    recipe: str = "loom"
    overrides: dict[str, Any] = field(default_factory=dict)  # values that replace those of the recipe
    start_from: str = ""  # a model folder, an MLflow URI or dvc:PATH@REVISION; empty: random weights
    freeze: tuple[str, ...] = ()  # patterns of names of loaded weights that are not trained
    loaded_rate: Annotated[float, Field(gt=0, le=1)] = 1.0  # factor of the learning rates for loaded weights
    distribution: Literal["one", "local", "cluster"] = "one"  # device, all of this machine's, or machines by TF_CONFIG
    steps: Annotated[int, Field(gt=0)] = 2000
    batch_size: Annotated[int, Field(ge=4, multiple_of=4)] = 32  # clips; discriminators may compare groups of four
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    average: Annotated[float, Field(ge=0, lt=1)] = 0.99  # decay of the generator's moving average; 0: no average
    balance: bool = True  # draw every label equally often
    validate_every: Annotated[int, Field(ge=0)] = 250  # 0: never
    validation_clips: Annotated[int, Field(ge=8)] = 128  # clips
    keep: Literal["best", "last"] = "best"  # weights of the smallest validation distance, or of the last step
    patience: Annotated[int, Field(ge=0)] = 0  # early stopping: validations without a smaller distance; 0: never
    minutes: Annotated[float, Field(ge=0)] = 0.0  # time limit, 0: none; the last step then depends on the clock
    cpu_minutes: Annotated[float, Field(ge=0)] = 0.0  # the same for processor time, summed over all cores
    failures: Failures = Failures()
    roll_backs: Annotated[int, Field(ge=0, le=15)] = 3  # maximum number; the next failure ends the training
    roll_back_rate: Annotated[float, Field(gt=0, le=1)] = 0.5  # factor of the learning rates per roll back
    jit_compile: bool = False  # compile the step by XLA
    precision: Literal["float32", "mixed"] = "float32"  # mixed: products in bfloat16, weights and sums in float32
    checkpoint_every: Annotated[int, Field(gt=0)] = 250
    keep_checkpoints: Annotated[int, Field(gt=0)] = 2


def batch_size(clips: int, requested: int, replicas: int = 1) -> int:
    """The largest batch size up to `requested` that `clips` can fill: a multiple of four per replica, at least one.

    Batches are drawn with replacement, so that one clip fills the smallest batch.
    """
    unit = GROUP * replicas
    return requested if clips >= requested else min(requested, max(clips // unit * unit, unit))
