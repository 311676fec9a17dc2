"""Commands, parameters and links in the documentation exist."""

import re
from functools import reduce
from pathlib import Path

import pytest

from waveloom.project import params

ROOT = Path(__file__).parents[1]
SOURCES = [
    *sorted((ROOT / "src").rglob("*.py")),
    *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "params.yaml", "Makefile")),
    *sorted((ROOT / "conf").rglob("*.y*ml")),
]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"""-S ["']?(\+\+)?([a-z_]+(?:\.[a-z_]+)+)=""")


def settings(page: Path) -> list[tuple[str, str]]:
    return SETTING.findall(page.read_text())


def has_parameter(name: str, tree: object) -> bool:
    """Whether a params.yaml has the parameter `name`."""
    try:
        reduce(lambda part, key: part[key], name.split("."), tree)
    except (KeyError, TypeError):
        return False
    return True


@pytest.mark.parametrize("page", [page for page in PAGES if settings(page)], ids=lambda page: page.stem)
def test_an_experiment_sets_existing_parameters_or_marks_new_ones(page):
    own = params.load(ROOT / "params.yaml")
    used = re.findall("waveloom use ([a-z0-9_]+|<preset>)", page.read_text())
    presets = [name.replace("<preset>", "*") for name in used]
    trees = [own, *(params.load(path) for name in presets for path in ROOT.glob(f"conf/{name}/params.yaml"))]
    for plus, name in settings(page):
        assert plus or any(has_parameter(name, tree) for tree in trees), f"DVC refuses {name}; write ++{name}"
        assert not plus or not has_parameter(name, own), f"{name} is in params.yaml; leave ++ out"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_linked_files_exist(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("place", ["pages", "sources"])
def test_every_make_target_in_the_text_exists(place):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for file in PAGES if place == "pages" else SOURCES:
        named_here = set(re.findall(r"(?:`|^ {4}|&& )make ([a-z-]+)", file.read_text(), re.MULTILINE))
        assert named_here <= targets, f"{file.relative_to(ROOT)} names make {', '.join(named_here - targets)}"


@pytest.mark.parametrize("place", ["pages", "sources"])
def test_every_waveloom_command_in_the_text_exists(place):
    from typer.main import get_command

    from waveloom.commands.app import app

    commands = set(get_command(app).commands)
    for file in PAGES if place == "pages" else SOURCES:
        named_here = set(re.findall(r"(?:`|^ {4}|&& )waveloom ([a-z]+)", file.read_text(), re.MULTILINE))
        assert named_here <= commands, f"{file.relative_to(ROOT)} names waveloom {', '.join(named_here - commands)}"
