"""The help of every command: two examples, and a full sentence for every option."""

import click
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from waveloom.commands.app import app


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every command that is no group, such as ("listen", "new")."""
    paths = []
    for name, command in group.commands.items():
        paths += commands(command, (*path, name)) if hasattr(command, "commands") else [(*path, name)]
    return paths


def find(path: tuple[str, ...]) -> click.Command:
    command = get_command(app)
    for name in path:
        command = command.commands[name]
    return command


@pytest.mark.parametrize("path", commands(get_command(app)), ids=" ".join)
def test_every_command_shows_two_examples_and_ends_its_first_line_with_a_full_stop(path):
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="waveloom", env={"COLUMNS": "200"}).output
    assert shown.count(f"waveloom {' '.join(path)}") == 3, shown  # the usage line, and two examples
    assert find(path).help.split("\n\n")[0].endswith("."), find(path).help


@pytest.mark.parametrize("path", commands(get_command(app)), ids=" ".join)
def test_the_examples_use_options_that_exist(path):
    options = {name for parameter in find(path).params for name in parameter.opts}
    assert {word for word in find(path).epilog.split() if word.startswith("--")} <= options


@pytest.mark.parametrize("path", commands(get_command(app)), ids=" ".join)
def test_every_option_and_argument_has_a_help_that_ends_with_a_full_stop(path):
    for parameter in find(path).params:
        assert getattr(parameter, "help", None), f"{path} {parameter.name} has no help"
        assert parameter.help.endswith("."), f"{path} {parameter.name}: {parameter.help}"
