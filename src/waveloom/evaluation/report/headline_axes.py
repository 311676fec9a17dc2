"""Figure of the headline numbers: one axis each, with confidence intervals, floor, ceiling and baselines."""

from typing import Any, NamedTuple

from matplotlib.ticker import MaxNLocator

HEADLINES = (  # number, space ("every": one row per embedding), title
    ("kernel_distance", "every", "kernel distance"),
    ("frechet_distance", "mfcc", "Fréchet distance"),
    ("precision", "mfcc", "precision"),
    ("recall", "mfcc", "recall"),
    ("coverage", "mfcc", "coverage"),
    ("diversity_ratio", "mfcc", "diversity, share of real"),
    ("two_sample_accuracy", "mfcc", "two-sample accuracy"),
    ("copy_rate", "clips", "copies of training, share"),
)
SHOWN = {"floor": "other real sounds", "ceiling": "representation only", "generated": "generated"}
BASELINE_MARKERS = "|x+"  # repeated if there are more baselines
MARKERS = {"floor": "D", "ceiling": "s", "generated": "o"}


class HeadlineRow(NamedTuple):
    """One number: its title, which direction is better, and {set: (value, margin)}, margin 0 if not measured."""

    title: str
    better: str
    sets: dict[str, tuple[float, float]]


def headline_rows(metrics: dict[str, Any], better: dict[str, str], baselines: dict[str, str]) -> list[HeadlineRow]:
    """The headline numbers measured for the generated sounds, in order; `baselines` {set: title} are included."""
    found = []
    for number, space, title in HEADLINES:
        spaces = metrics.get(number, {})
        for name in spaces if space == "every" else [space]:
            values = spaces.get(name, {})
            margins = metrics.get("margins", {}).get(number, {}).get(name, {})
            sets = {
                set_name: (values[set_name], margins[set_name] if isinstance(margins.get(set_name), float) else 0.0)
                for set_name in (*SHOWN, *baselines)
                if isinstance(values.get(set_name), float)
            }
            if "generated" in sets:
                found.append(HeadlineRow(f"{title}\n({name})" if space == "every" else title, better[number], sets))
    return found


def draw_rows(figure: Any, rows: list[HeadlineRow], baselines: dict[str, str], colours: dict[str, str]) -> None:
    """Draw one axis per row: markers with 95% intervals, and baselines as thin markers in the text colour."""
    all_axes = figure.subplots(len(rows), 1, squeeze=False)[:, 0]
    for axes, row in zip(all_axes, rows, strict=True):
        for set_name, (value, margin) in row.sets.items():
            if set_name in SHOWN:
                options = {
                    "color": colours[set_name],
                    "markersize": 6 if set_name == "generated" else 4.5,
                    "capsize": 3,
                }
                label = SHOWN[set_name]
                axes.errorbar(value, 0, xerr=margin, fmt=MARKERS[set_name], label=label, zorder=3, **options)
            else:
                mark = BASELINE_MARKERS[list(baselines).index(set_name) % len(BASELINE_MARKERS)]
                axes.plot(value, 0, mark, color=colours["baseline"], markersize=7, label=baselines[set_name].lower())
        axes.set_yticks([])
        axes.set_ylim(-1, 1)
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.tick_params(axis="x", labelsize=7)
        axes.margins(x=0.06)
        axes.set_ylabel(f"{row.title}\n{row.better}", rotation=0, ha="right", va="center", fontsize=8)
    artists, labels = all_axes[0].get_legend_handles_labels()
    unique = dict(zip(labels, artists, strict=True))
    figure.legend(unique.values(), unique.keys(), loc="outside upper center", ncols=3, frameon=False, fontsize=8)
