"""Collects all numbers of an evaluation in the tree that becomes metrics.json."""

from collections.abc import Mapping
from typing import Any

from waveloom.evaluation.embeddings import FEATURE_TABLE
from waveloom.evaluation.metrics import ABSENT
from waveloom.evaluation.translation import copies, kernel, style
from waveloom.evaluation.translation.intervals import Bootstrap, Estimate
from waveloom.evaluation.translation.measurement import Measurement
from waveloom.evaluation.translation.scores import all_modules, averages, missing
from waveloom.evaluation.translation.systems import SOURCE, TARGET, TRANSLATED

NO_KERNEL = f"{ABSENT}a target domain has clips of fewer than two pieces"
NO_PAIRS = f"{ABSENT}no recording has its truth in a target domain"
NO_PITCH = f"{ABSENT}no source is monophonic"
CYCLE = "cycle_spectral_snr_db"
CYCLE_MEANING = (
    "Cycle: spectral signal-to-noise ratio of a source after it was translated and translated back; for the "
    "representation alone, of its round trip."
)
RELATIVE = {  # number: the systems to which the translator's value is related
    "log_spectral_distance_db": (SOURCE, "musaicing"),
    "onset_f1": (TARGET,),
    "chroma_cosine": (TARGET,),
    "note_distance": (TARGET,),
    "style_accuracy": (TARGET,),
    "kernel_distance": (SOURCE,),
}
Estimates = Mapping[tuple[str, str, str], Estimate]


def metric_tree(measurement: Measurement, bootstrap: Bootstrap) -> dict[str, Any]:
    """{number: {space: {system: value}}}, the same with the limits of 95% intervals under `lower` and `upper`.

    `relative` {number: {space: {system: ratio}}} relates the translator to other systems. A number that was not
    measured is a string with the reason.
    """
    reasons: dict[str, str] = {}
    rates = measurement.copies.scores()
    if isinstance(rates, str):
        reasons["copy_rate"] = rates
        rates = []
    estimates = {**averages([*measurement.scores, *rates], bootstrap), **_kernel_distances(measurement, bootstrap)}
    tree = _tree(estimates)
    relative = _tree(_relative(estimates))
    for limit in ("lower", "upper"):
        tree[limit]["relative"] = relative[limit]
    tree["relative"] = {number: values for number, values in relative.items() if number not in ("lower", "upper")}
    return {**_unmeasured(tree, reasons), **tree, "better": all_directions(), "units": all_units()}


def all_directions() -> dict[str, str]:
    """Which direction is better, for every number, in the order of the report's table."""
    modules = [*all_modules(), style, kernel, copies]
    return {number: way for module in modules for number, way in module.BETTER.items()} | {CYCLE: "higher"}


def all_units() -> dict[str, str]:
    """The unit of every number."""
    modules = [*all_modules(), style, kernel, copies]
    return {number: unit for module in modules for number, unit in module.UNITS.items()} | {CYCLE: "dB"}


def meanings() -> list[str]:
    """The explanation of every metric."""
    return [*(module.MEANING for module in [*all_modules(), style, kernel, copies]), CYCLE_MEANING]


def _kernel_distances(measurement: Measurement, bootstrap: Bootstrap) -> dict[tuple[str, str, str], Estimate]:
    found = {}
    for embedding, systems in measurement.style.rows.items():
        real = measurement.style.joined_rows(embedding, TARGET)
        for system in systems:
            made = measurement.style.joined_rows(embedding, system)
            if (estimate := kernel.kernel_distance(real, made, bootstrap)) is not None:
                found["kernel_distance", embedding, system] = estimate
    return found


def _relative(estimates: Estimates) -> dict[tuple[str, str, str], Estimate]:
    """The ratio of the translator's estimate to that of other systems."""
    pairs = [key for key in estimates if key[2] in RELATIVE.get(key[0], ()) and (*key[:2], TRANSLATED) in estimates]
    ratios = {key: estimates[*key[:2], TRANSLATED].relative_to(estimates[key]) for key in pairs}
    return {key: ratio for key, ratio in ratios.items() if ratio is not None}


def _tree(estimates: Estimates) -> dict[str, Any]:
    tree: dict[str, Any] = {"lower": {}, "upper": {}}
    for (number, space, system), estimate in estimates.items():
        for branch, value in zip((tree, tree["lower"], tree["upper"]), (estimate.value, *estimate.limits), strict=True):
            branch.setdefault(number, {}).setdefault(space, {})[system] = value
    return tree


def _unmeasured(tree: Mapping[str, Any], reasons: Mapping[str, str]) -> dict[str, Any]:
    """Give the reason for every number that is not in the tree."""
    defaults = {"kernel_distance": NO_KERNEL, "style_accuracy": style.NO_CLASSIFIER}
    absent: dict[str, Any] = {}
    for module in [*all_modules(), style, kernel, copies]:
        space = getattr(module, "AGAINST", getattr(module, "SPACE", FEATURE_TABLE))
        name = module.__name__.rpartition(".")[2]
        for number in module.BETTER:
            default = NO_PAIRS if space == "truth" else defaults.get(number, NO_PITCH)
            reason = missing().get(name) or reasons.get(number, default)
            if number not in tree:
                absent[number] = {space: {TRANSLATED: reason if reason.startswith(ABSENT) else f"{ABSENT}{reason}"}}
    return absent
