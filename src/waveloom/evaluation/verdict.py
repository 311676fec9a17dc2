"""The report's first paragraph: what the numbers say, in words, and nothing they do not."""

from typing import Any


def verdict(metrics: dict[str, dict[str, Any]]) -> list[str]:
    """Say in a few sentences how near, how varied and how recognisable the generated sounds are."""
    sentences = [_nearness(metrics["kernel_distance"]), _variety(metrics["diversity_ratio"])]
    if isinstance(metrics["label_agreement"]["generated"], float):
        sentences.append(_recognition(metrics["label_agreement"], metrics["classifier"]["chance"]))
    return [*sentences, "No listener took part, and no number here says whether the sounds please."]


def _nearness(distance: dict[str, float]) -> str:
    """Where the generator lies on the way from white noise (0) to other real sounds (1)."""
    way = (distance["noise"] - distance["generated"]) / max(distance["noise"] - distance["floor"], 1e-9)
    words = [
        (0.98, "as near to unheard real sounds as other real sounds are"),
        (0.85, "near to real sounds, though not as near as other real sounds are"),
        (0.5, "nearer to real sounds than to noise, but easily told apart from them"),
        (0.15, "little nearer to real sounds than noise is"),
    ]
    said = next((words for least, words in words if way >= least), "no nearer to real sounds than white noise is")
    numbers = ", ".join(f"{name} {distance[key]:.1f}" for name, key in _COLUMNS).replace("-", "−")  # noqa: RUF001
    return f"By their features the generated sounds are {said} (kernel distance to the test set: {numbers})."


def _variety(ratio: dict[str, float]) -> str:
    words = [(1.25, "more varied than"), (0.8, "about as varied as"), (0.5, "less varied than")]
    said = next((words for least, words in words if ratio["generated"] >= least), "far less varied than")
    return f"They are {said} the real ones ({100 * ratio['generated']:.0f}% of the real set's mean distance)."


def _recognition(agreement: dict[str, float], chance: float) -> str:
    made, real = agreement["generated"], agreement["real"]
    return (
        f"A classifier hears in {100 * made:.0f}% of them the label that was asked for; "
        f"of unheard real sounds it names {100 * real:.0f}% rightly, by chance it would be {100 * chance:.0f}%."
    )


_COLUMNS = [("generated", "generated"), ("other real sounds", "floor"), ("white noise", "noise")]
