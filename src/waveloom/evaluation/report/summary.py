"""The report's first paragraph: what the numbers say, in words, and nothing they do not."""

from typing import Any


def verdict(metrics: dict[str, Any]) -> list[str]:
    """Say in a few sentences how near, how varied, how new and how recognisable the generated sounds are."""
    distance, margin = metrics["kernel_distance"][EAR], metrics["margins"]["kernel_distance"][EAR]
    sentences = [_nearness(distance, margin), _variety(metrics["diversity_ratio"][EAR])]
    sentences.append(_novelty(metrics["copy_rate"]["clips"], metrics["margins"]["copy_rate"]["clips"]))
    if isinstance(metrics["label_agreement"]["generated"], float):
        sentences.append(_recognition(metrics["label_agreement"], metrics["classifier"]["chance"]))
    if _measured(distance, "generated", "mixture") and distance["mixture"] <= distance["generated"]:
        nearer = _figure(distance["mixture"])
        sentences.append(f"A mixture of Gaussians, fitted in seconds, comes nearer to real sounds ({nearer}).")
    return [*sentences, _opinion(metrics["mean_opinion_score"])]


def _nearness(distance: dict[str, Any], margin: dict[str, Any]) -> str:
    """Where the generator lies on the way from white noise (0) to other real sounds (1)."""
    if isinstance(distance["generated"], str):
        return f"How near they are to real sounds was {distance['generated']}."
    if not _measured(distance, "floor", "noise"):
        return (
            f"Their kernel distance to the test set is {_figure(distance['generated'])}; for other real sounds this "
            f"was {distance['floor']}."
        )
    way = (distance["noise"] - distance["generated"]) / max(distance["noise"] - distance["floor"], 1e-9)
    words = [
        (0.98, "as near to unheard real sounds as other real sounds are"),
        (0.85, "near to real sounds, though not as near as other real sounds are"),
        (0.5, "nearer to real sounds than to noise, but easily told apart from them"),
        (0.15, "little nearer to real sounds than noise is"),
    ]
    said = next((words for least, words in words if way >= least), "no nearer to real sounds than white noise is")
    numbers = ", ".join(f"{name} {_figure(distance[key])}{_plus_or_minus(margin[key])}" for name, key in _COLUMNS)
    return f"By their features the generated sounds are {said} (kernel distance to the test set: {numbers})."


def _measured(values: dict[str, Any], *sets: str) -> bool:
    return not any(isinstance(values[name], str) for name in sets)


def _figure(value: float) -> str:
    return f"{value:.1f}".replace("-", "−")  # noqa: RUF001


def _plus_or_minus(margin: float | str) -> str:
    return "" if isinstance(margin, str) else f" ± {margin:.1f}"


def _novelty(rate: dict[str, Any], margin: dict[str, Any]) -> str:
    """How many more are copies of training sounds than other real sounds seem to be."""
    made, real = rate["generated"], rate["floor"]
    if isinstance(made, str):
        return f"Whether they repeat training sounds was {made}."
    if isinstance(real, str):
        return f"{100 * made:.0f}% of them count as copies of training sounds; for other real sounds this was {real}."
    slack = margin["generated"] if isinstance(margin["generated"], float) else 0.0
    more = "more than" if made > real + slack else "within the margin of" if made > real else "no more than"
    return (
        f"As copies of training sounds pass {100 * made:.0f}% of them, {more} of other real sounds ({100 * real:.0f}%)."
    )


def _variety(ratio: dict[str, Any]) -> str:
    if isinstance(ratio["generated"], str):
        return f"How varied they are was {ratio['generated']}."
    words = [(1.25, "more varied than"), (0.8, "about as varied as"), (0.5, "less varied than")]
    said = next((words for least, words in words if ratio["generated"] >= least), "far less varied than")
    return f"They are {said} the real ones ({100 * ratio['generated']:.0f}% of the real set's mean distance)."


def _recognition(agreement: dict[str, Any], chance: float) -> str:
    made, real = agreement["generated"], agreement["real"]
    if isinstance(real, str):
        return (
            f"A classifier recognises the requested label in {100 * made:.0f}% of them; by chance it would be "
            f"{100 * chance:.0f}%. For real sounds this was {real}."
        )
    return (
        f"A classifier hears in {100 * made:.0f}% of them the label that was asked for; "
        f"of unheard real sounds it names {100 * real:.0f}% rightly, by chance it would be {100 * chance:.0f}%."
    )


def _opinion(score: dict[str, Any]) -> str:
    if isinstance(score["generated"], str):
        return "No listener took part, and no number here says whether the sounds please."
    low, high = score["low"], score["high"]
    interval = "" if isinstance(low, str) else f", 95% interval {_figure(low)} to {_figure(high)}"
    beside = f", real sounds {_figure(score['real'])}" if "real" in score else ""
    return (
        f"On the scale from 1 (bad) to 5 (excellent), {score['listeners']} listeners gave them "
        f"{_figure(score['generated'])} ({score['ratings']} ratings{interval}){beside}."
    )


EAR = "mfcc"  # the embedding that is always there
_COLUMNS = [("generated", "generated"), ("other real sounds", "floor"), ("white noise", "noise")]
