from io import StringIO

from rich.console import Console

from waveloom.training import progress as module
from waveloom.training.progress import described, progress

LOSSES = {"critic_loss": 0.6931, "generator_loss": 1.2}


def said(terminal, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LINES", 0.0)
    out = StringIO()
    with progress(2, 4, Console(file=out, force_terminal=terminal, width=120)) as report:
        report(3, LOSSES)
        report(4, LOSSES)
    return out.getvalue()


def test_losses_are_named_for_a_reader():
    assert described(LOSSES) == "critic 0.69, generator 1.20"


def test_without_a_terminal_there_are_plain_lines_with_losses_and_time_left(monkeypatch):
    lines = said(False, monkeypatch).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("training: step 3 of 4, critic 0.69, generator 1.20, ")
    assert lines[1] == "training: step 4 of 4, critic 0.69, generator 1.20, 0 s left"
    assert "\x1b" not in "".join(lines)


def test_a_terminal_gets_a_bar_with_the_same(monkeypatch):
    drawn = said(True, monkeypatch)
    assert "4/4" in drawn
    assert "critic 0.69, generator 1.20" in drawn
