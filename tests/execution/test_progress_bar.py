import io

from rich.console import Console

from waveloom.execution.progress_bar import progress_bar


def printed(terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with progress_bar("rain.wav", 4, console) as advance:
        for _ in range(4):
            advance(1)
    return console.file.getvalue()


def test_on_a_terminal_the_bar_shows_the_description_and_the_percentage():
    assert "rain.wav" in printed(True)
    assert "100%" in printed(True)


def test_without_a_terminal_nothing_is_printed():
    assert printed(False) == ""
