from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from waveloom.commands.app import app
from waveloom.config.errors import counted


def test_the_version_is_printed_without_a_command():
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"waveloom {version('waveloom')}\n")


def test_the_help_begins_with_what_waveloom_does():
    assert "Waveloom turns a collection of sounds" in CliRunner().invoke(app, ["--help"]).output


@pytest.mark.parametrize(("count", "text"), [(0, "0 sounds"), (1, "1 sound"), (2, "2 sounds")])
def test_one_sound_is_singular(count, text):
    assert counted(count, "sound") == text
