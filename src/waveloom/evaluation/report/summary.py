"""Summarises the metrics of a report in a few sentences."""

from typing import Any

from waveloom.evaluation.embeddings import FEATURE_TABLE

_COLUMNS = [("generated", "generated"), ("other real sounds", "floor"), ("white noise", "noise")]


def summary_sentences(metrics: dict[str, Any]) -> list[str]:
    """Describe realism, diversity, copying, label agreement and listening results of the generated sounds."""
    distance = metrics["kernel_distance"][FEATURE_TABLE]
    sentences = [
        _realism(distance, metrics["margins"]["kernel_distance"][FEATURE_TABLE]),
        _diversity(metrics["diversity_ratio"][FEATURE_TABLE]),
        _copying(metrics["copy_rate"]["clips"], metrics["margins"]["copy_rate"]["clips"]),
    ]
    if isinstance(metrics["label_agreement"]["generated"], float):
        sentences.append(_label_agreement(metrics["label_agreement"], metrics["classifier"]["chance"]))
    if _measured(distance, "generated", "mixture") and distance["mixture"] <= distance["generated"]:
        value = _figure(distance["mixture"])
        sentences.append(f"A mixture of Gaussians, fitted in seconds, comes nearer to real sounds ({value}).")
    return [*sentences, _opinion(metrics["mean_opinion_score"])]


def _realism(distance: dict[str, Any], margin: dict[str, Any]) -> str:
    """Where the generator lies on the scale from white noise (0) to other real sounds (1)."""
    if isinstance(distance["generated"], str):
        return f"How near they are to real sounds was {distance['generated']}."
    if not _measured(distance, "floor", "noise"):
        return (
            f"Their kernel distance to the test set is {_figure(distance['generated'])}; for other real sounds this "
            f"was {distance['floor']}."
        )
    scale = (distance["noise"] - distance["generated"]) / max(distance["noise"] - distance["floor"], 1e-9)
    levels = [
        (0.98, "as near to real test sounds as other real sounds are"),
        (0.85, "near to real sounds, though not as near as other real sounds are"),
        (0.5, "nearer to real sounds than to noise, but easily told apart from them"),
        (0.15, "little nearer to real sounds than noise is"),
    ]
    level = next((text for least, text in levels if scale >= least), "no nearer to real sounds than white noise is")
    numbers = ", ".join(f"{name} {_figure(distance[key])}{_plus_or_minus(margin[key])}" for name, key in _COLUMNS)
    return f"By their features the generated sounds are {level} (kernel distance to the test set: {numbers})."


def _measured(values: dict[str, Any], *sets: str) -> bool:
    return not any(isinstance(values[name], str) for name in sets)


def _figure(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")  # noqa: RUF001


def _plus_or_minus(margin: float | str) -> str:
    return "" if isinstance(margin, str) else f" ± {margin:.1f}"


def _copying(rate: dict[str, Any], margin: dict[str, Any]) -> str:
    """Compare the copy rate of generated sounds with that of other real sounds."""
    generated, real = rate["generated"], rate["floor"]
    if isinstance(generated, str):
        return f"Whether they repeat training sounds was {generated}."
    counted = f"{100 * generated:.0f}% of them count as copies of training sounds"
    if isinstance(real, str):
        return f"{counted}; for other real sounds this was {real}."
    allowance = margin["generated"] if isinstance(margin["generated"], float) else 0.0
    more = (
        "more than" if generated > real + allowance else "within the margin of" if generated > real else "no more than"
    )
    return f"{counted}, {more} of other real sounds ({100 * real:.0f}%)."


def _diversity(ratio: dict[str, Any]) -> str:
    if isinstance(ratio["generated"], str):
        return f"How varied they are was {ratio['generated']}."
    levels = [(1.25, "more varied than"), (0.8, "about as varied as"), (0.5, "less varied than")]
    level = next((text for least, text in levels if ratio["generated"] >= least), "far less varied than")
    return f"They are {level} the real ones ({100 * ratio['generated']:.0f}% of the real set's mean distance)."


def _label_agreement(agreement: dict[str, Any], chance: float) -> str:
    generated, real = agreement["generated"], agreement["real"]
    recognised = f"A classifier recognises the requested label in {100 * generated:.0f}% of them"
    if isinstance(real, str):
        return f"{recognised}; by chance it would be {100 * chance:.0f}%. For real sounds this was {real}."
    return (
        f"{recognised}, and the label of {100 * real:.0f}% of real test sounds; by chance it would be "
        f"{100 * chance:.0f}%."
    )


def _opinion(score: dict[str, Any]) -> str:
    if isinstance(score["generated"], str):
        return "No listener took part, and no number here says whether the sounds are pleasing."
    low, high = score["low"], score["high"]
    interval = "" if isinstance(low, str) else f", 95% interval {_figure(low)} to {_figure(high)}"
    real = f", real sounds {_figure(score['real'])}" if "real" in score else ""
    return (
        f"On the scale from 1 (bad) to 5 (excellent), {score['listeners']} listeners gave them "
        f"{_figure(score['generated'])} ({score['ratings']} ratings{interval}){real}."
    )
