"""The documentation names only commands, parameters, files and functions that exist."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from ruamel.yaml import YAML

from waveloom.config import plugins
from waveloom.models.recipe import Recipe
from waveloom.project import params

ROOT = Path(__file__).parents[1]
SOURCES = [
    *sorted((ROOT / "src").rglob("*.py")),
    *(ROOT / name for name in ("params.yaml", "Makefile")),
    *sorted((ROOT / "conf").rglob("*.y*ml")),
]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ARCHITECTURE = (ROOT / "docs/explanation/architecture.md").read_text()
PLUGINS = {
    "representations": "waveloom.representations",
    "generators": "waveloom.models.generators",
    "discriminators": "waveloom.models.discriminators",
    "games": "waveloom.training.games",
}
STEPS = re.findall(r"^\| [^|]+ \| `([\w/]+\.py)` \| `([\w.]+)` \|$", ARCHITECTURE, re.MULTILINE)
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


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_to_existing_files_and_headings(page):
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text()):
        linked = page.parent / target if target else page
        assert linked.exists(), f"{page.name} links to {target}"
        headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in map(anchor, headings), f"{page.name} links to {target}#{heading}"


@pytest.mark.parametrize(("file", "name"), STEPS)
def test_every_step_of_the_architecture_page_names_an_existing_function(file, name):
    path = ROOT / "src/waveloom" / file
    assert path.is_file()
    body = ast.parse(path.read_text()).body
    for part in name.split("."):
        found = [node for node in body if getattr(node, "name", None) == part]
        assert found, f"{file} has no {name}"
        body = getattr(found[0], "body", [])


def test_the_architecture_page_follows_a_clip_a_batch_and_a_sound():
    assert len(STEPS) >= 25


def test_the_table_of_packages_has_the_order_of_the_import_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    table = ARCHITECTURE.split("<!-- packages -->")[1].split("<!-- end -->")[0]
    rows = [re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines() if row.startswith("| `")]
    assert [set(row) for row in rows] == [set(re.split(r" [|:] ", layer)) for layer in layers]


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "CONTRIBUTING"], ids=lambda page: page.stem)
def test_every_python_file_that_is_named_exists(page):
    named_here = set(re.findall(r"\b\w+(?:/\w+)+\.py", page.read_text()))
    assert not [
        name for name in named_here if not any((root / name).is_file() for root in (ROOT, ROOT / "src/waveloom"))
    ]


def test_the_glossary_explains_only_parameters_that_exist():
    own = params.load(ROOT / "params.yaml")
    rows = re.findall(
        r"^\| (`(?:ingest|prepare|features|train|classify|evaluate|listen|execution)\..*?) \|",
        (ROOT / "docs/reference/glossary.md").read_text(),
        re.MULTILINE,
    )
    assert rows
    for name in re.findall(r"`([\w.]+)`", " ".join(rows)):
        assert has_parameter(name, own), f"{name} is not in params.yaml"


@pytest.mark.parametrize("place", ["pages", "sources"])
def test_every_make_target_that_is_named_exists(place):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for file in PAGES if place == "pages" else SOURCES:
        named_here = set(re.findall(r"(?:`|^ {4}|&& )make ([a-z-]+)", file.read_text(), re.MULTILINE))
        assert named_here <= targets, f"{file.relative_to(ROOT)} names make {', '.join(named_here - targets)}"


@pytest.mark.parametrize("place", ["pages", "sources"])
def test_every_command_of_waveloom_that_is_named_exists(place):
    from typer.main import get_command

    from waveloom.commands.app import app

    commands = set(get_command(app).commands)
    for file in PAGES if place == "pages" else SOURCES:
        named_here = set(re.findall(r"(?:`|^ {4}|&& )waveloom ([a-z]+)", file.read_text(), re.MULTILINE))
        assert named_here <= commands, f"{file.relative_to(ROOT)} names waveloom {', '.join(named_here - commands)}"


def has_recipe_key(path: list[str], config: type) -> bool:
    """Whether a recipe has the nested key `path`; options of plug-ins are those of their `Config`."""
    if path[0] == "options" and len(path) > 2:
        folder = import_module(PLUGINS[path[1]])
        return not path[3:] or has_recipe_key(path[3:], plugins.load(folder, path[2]).Config)
    types = get_type_hints(config)
    if path[0] not in types:
        return False
    return not path[1:] or not is_dataclass(types[path[0]]) or has_recipe_key(path[1:], types[path[0]])


def recipe_keys(page: Path) -> set[str]:
    """The keys of recipes that a page names: in overrides, in options, and in fragments of YAML."""
    text = page.read_text()
    keys = set(re.findall(r"train\.overrides\.([\w.]+\w)", text))
    keys |= {f"options.{key}" for key in re.findall(rf"\boptions\.((?:{'|'.join(PLUGINS)})\.[\w.]+\w)", text)}
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        tree = next(YAML(typ="safe").load_all(block))
        if set(tree) <= {"discriminator_training", "optimiser", "augment"}:
            keys |= set(flat(tree))
    return keys


def flat(tree: dict, above: str = "") -> Iterator[str]:
    for key, value in tree.items():
        yield from flat(value, f"{above}{key}.") if isinstance(value, dict) else [f"{above}{key}"]


@pytest.mark.parametrize("page", [page for page in PAGES if recipe_keys(page)], ids=lambda page: page.stem)
def test_every_key_of_a_recipe_that_is_named_exists(page):
    assert not [key for key in sorted(recipe_keys(page)) if not has_recipe_key(key.split("."), Recipe)]


def test_the_readme_lists_every_choice():
    table = (ROOT / "README.md").read_text().split("## What is in it")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\w ]+) \| (.+) \| `src/waveloom/([\w/]+)/` \|$", table, re.MULTILINE)
    listed = {folder: set(re.findall(r"`([\w-]+)`", names)) for _, names, folder in rows if "`" in names}
    assert len(listed) >= 9
    for folder, names in listed.items():
        assert names == set(plugins.available(import_module(f"waveloom.{folder.replace('/', '.')}"))), folder
    recipes = re.search(r"^\| recipe \| (.+?) \| `conf", table, re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", recipes[1])) == {path.stem for path in ROOT.glob("conf/recipes/*.yml")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_write_sounds_and_exports_only_where_git_ignores_them(page):
    assert "/out/" in (ROOT / ".gitignore").read_text().splitlines()
    written = re.findall(r"^ {4}waveloom (?:generate|export) ([^\s-]\S*)", page.read_text(), re.MULTILINE)
    assert not [name for name in written if not re.match(r"out(/|$)|/", name)]
