from io import StringIO

import pytest
from rich.console import Console

from waveloom.training import progress as module
from waveloom.training.progress import duration, progress, summary

LOSSES = {"discriminator_loss": 0.6931, "generator_loss": 1.2}


def shown(terminal, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LINES", 0.0)
    out = StringIO()
    with progress(0.5, 4, Console(file=out, force_terminal=terminal, width=120)) as report:
        report(3, 0.75, LOSSES)
        report(4, 1.0, LOSSES)
    return out.getvalue()


def test_the_summary_names_step_and_losses():
    assert summary(3, 4, LOSSES) == "step 3 of 4, discriminator loss 0.69, generator loss 1.20"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "120 min"), (12_600, "3.5 h")]
)
def test_a_duration_is_written_in_a_readable_unit(seconds, words):
    assert duration(seconds) == words


def test_without_a_terminal_there_are_plain_lines_with_losses_and_time_left(monkeypatch):
    lines = shown(False, monkeypatch).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("training: step 3 of 4, discriminator loss 0.69, generator loss 1.20, ")
    assert lines[1] == "training: step 4 of 4, discriminator loss 0.69, generator loss 1.20, 0 s left"
    assert "\x1b" not in "".join(lines)


def test_the_time_left_follows_from_the_remaining_share_not_from_the_steps(monkeypatch):
    clock = iter([0.0, 60.0])
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))
    out = StringIO()
    with progress(0.0, 1_000_000, Console(file=out, width=120)) as report:
        report(100, 0.25, LOSSES)
    assert out.getvalue().endswith("3 min left\n")


def test_a_terminal_gets_a_bar_with_the_same(monkeypatch):
    drawn = shown(True, monkeypatch)
    assert "step 4 of 4, discriminator loss 0.69, generator loss 1.20" in drawn
