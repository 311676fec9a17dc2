import io

from rich.console import Console

from waveloom.execution.progress_bar import bar


def shown(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with bar("rain.wav", 4, console) as advance:
        for _ in range(4):
            advance(1)
    return console.file.getvalue()


def test_on_a_terminal_a_bar_says_what_is_done_and_how_much_of_it():
    assert "rain.wav" in shown(True)
    assert "100%" in shown(True)


def test_elsewhere_nothing_is_said():
    assert shown(False) == ""
