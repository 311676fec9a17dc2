import numpy as np
import pytest
from matplotlib.figure import Figure

from waveloom.evaluation.report.headline_axes import draw_rows, headline_rows

METRICS = {
    "kernel_distance": {
        "mfcc": {"generated": 5.0, "floor": 0.1, "ceiling": 0.2, "jitter": 3.0, "noise": 90.0},
        "other": {"generated": 6.0, "floor": 0.3},
    },
    "copy_rate": {"clips": {"generated": "not measured: why", "floor": 0.1}},
    "recall": {"mfcc": {"generated": 0.5, "floor": "not measured: why"}},
    "margins": {"kernel_distance": {"mfcc": {"generated": 0.7, "floor": "not measured: small"}}},
}
BETTER = {"kernel_distance": "lower", "copy_rate": "lower", "recall": "higher"}


@pytest.fixture
def rows():
    return headline_rows(METRICS, BETTER, {"jitter": "Jittered"})


def test_a_number_not_measured_for_generated_sounds_has_no_row(rows):
    assert [row.title for row in rows] == ["kernel distance\n(mfcc)", "kernel distance\n(other)", "recall"]


def test_each_set_has_its_value_and_its_margin_if_there_is_one(rows):
    assert rows[0].sets == {"generated": (5.0, 0.7), "floor": (0.1, 0.0), "ceiling": (0.2, 0.0), "jitter": (3.0, 0.0)}
    assert rows[2].sets == {"generated": (0.5, 0.0)}


def test_dots_are_at_their_values(rows):
    figure = Figure()
    draw_rows(
        figure, rows, {"jitter": "Jittered"}, dict.fromkeys(("generated", "floor", "ceiling", "baseline"), "black")
    )
    axes = figure.axes[0]
    found = sorted(float(np.ravel(line.get_xdata())[0]) for line in axes.lines if line.get_marker() in "Dso|x+")
    assert {0.1, 0.2, 3.0, 5.0} <= set(found)
