"""What the documentation tells people to type, and where its links lead."""

import re
from functools import reduce
from pathlib import Path

import pytest

from waveloom import params

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"""-S ["']?(\+\+)?([a-z_]+(?:\.[a-z_]+)+)=""")


def settings(page: Path) -> list[tuple[str, str]]:
    return SETTING.findall(page.read_text())


def named(name: str, tree: object) -> bool:
    """Whether a params.yaml has the knob `name`."""
    try:
        reduce(lambda part, key: part[key], name.split("."), tree)
    except (KeyError, TypeError):
        return False
    return True


@pytest.mark.parametrize("page", [page for page in PAGES if settings(page)], ids=lambda page: page.stem)
def test_an_experiment_sets_knobs_that_are_there_and_says_of_others_that_they_are_new(page):
    own = params.load(ROOT / "params.yaml")
    used = re.findall("waveloom use ([a-z0-9_]+|<preset>)", page.read_text())
    presets = [name.replace("<preset>", "*") for name in used]
    trees = [own, *(params.load(path) for name in presets for path in ROOT.glob(f"conf/{name}/params.yaml"))]
    for plus, name in settings(page):
        assert plus or any(named(name, tree) for tree in trees), f"DVC refuses {name}; write ++{name}"
        assert not plus or not named(name, own), f"{name} is in params.yaml; leave ++ out"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_files_that_are_there(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
