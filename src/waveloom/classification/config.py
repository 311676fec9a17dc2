"""Parameters of the classify stage, and the classifiers that they name."""

from dataclasses import field
from types import ModuleType
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from waveloom.classification import classifiers
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
from waveloom.config.errors import InputError


@checked_dataclass
class Classify:
    """Which classifiers are compared, and how."""

    models: Annotated[tuple[str, ...], Field(min_length=1)] = ("logistic", "svm", "forest", "boosting")
    options: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a model, such as {svm: {c: 1.0}}
    folds: Annotated[int, Field(ge=2)] = 5
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    unlike: Annotated[float, Field(gt=0.5, lt=1)] = 0.95  # quantile of out-of-fold distances: outlier threshold
    augment_with: str = ""  # a folder of generated samples, or of a generator; "" for none
    augment_count: Annotated[int, Field(ge=1)] = 30  # sounds of each label, at most


class Candidate(NamedTuple):
    """A classifier's name, plug-in and options."""

    name: str
    module: ModuleType
    config: Any


def candidates(config: Classify) -> list[Candidate]:
    """Load and check the classifiers to compare, in the order of `models`."""
    if unknown := sorted(set(config.options) - set(plugins.available(classifiers))):
        names = ", ".join(plugins.available(classifiers))
        raise InputError(f"classify.options has {unknown[0]!r}, which is no classifier; there are: {names}.")
    return [candidate(name, config.options.get(name, {}), "classify.options") for name in dict.fromkeys(config.models)]


def candidate(name: str, options: dict[str, Any], where: str) -> Candidate:
    """Load one classifier and check its `options`; `where` is their configuration key in error messages."""
    module = plugins.load(classifiers, name)
    return Candidate(name, module, read_config(module.Config, options, f"{where}.{name}"))
