"""Makes the folder of a project of one's own: parameters, configuration, git and DVC."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from waveloom.config.checked import overlay
from waveloom.config.errors import InputError
from waveloom.execution.atomic_folder import replaced_folder
from waveloom.project.new_project_texts import DEFAULT_PRESET, PYPROJECT, readme
from waveloom.project.template import project_files, template

DEFAULT = "conf/default/params.yaml"  # the preset that `waveloom use default` restores
NAME = re.compile(r"[^\W_][\w.-]*")
DVC = (sys.executable, "-m", "dvc")  # of this environment, also where it is not on the PATH
IDENTITY = ("-c", "user.name=waveloom", "-c", "user.email=waveloom@localhost")  # where git knows none


def check_place(folder: Path, sounds: Path) -> None:
    """Raise an InputError that says how to correct it if no project can be made at `folder` for these sounds."""
    if not NAME.fullmatch(folder.name):
        better = re.sub(r"[^\w.-]+", "-", folder.name).strip("-._") or "my-sounds"
        raise InputError(
            f"{folder.name!r} cannot be the name of a project: it must begin with a letter or digit and hold only "
            f"letters, digits, '-', '_' and '.'. Such as: waveloom new {better}"
        )
    if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
        raise InputError(f"{folder} exists already; choose another name, or remove it first.")
    if sounds.is_dir() and folder.resolve().is_relative_to(sounds):
        raise InputError(
            f"{folder} is below the sounds ({sounds}), which would then hold generated sounds; choose another place."
        )
    parent = next(path for path in folder.parents if path.is_dir())
    if not shutil.which("git"):
        raise InputError("git is not installed (no `git` on the PATH), and a project needs it; install it first.")
    outer = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=parent, capture_output=True, text=True)
    if outer.returncode == 0:
        raise InputError(
            f"{folder} is inside the git repository {outer.stdout.strip()}, and a project is a repository of its own, "
            "in which DVC commits experiments. Choose a folder outside it."
        )


def create_project(folder: Path, values: Mapping[str, Any], write_stages: Callable[[Path], Any]) -> None:
    """Make `folder` with `values` in its params.yaml; `write_stages` writes dvc.yaml. If it fails, nothing is left."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with replaced_folder(folder) as new:
        _write_files(new, folder.name, values)
        _run(new, "git", "init", "--quiet")
        _run(new, *DVC, "init", "--quiet")
        _run(new, *DVC, "config", "core.analytics", "false")
        _run(new, *DVC, "config", "core.check_update", "false")
        write_stages(new)
        _run(new, "git", "add", "--all")
        _run(new, "git", *_identity(new), "commit", "--quiet", "--message", "New Waveloom project")


def _write_files(new: Path, name: str, values: Mapping[str, Any]) -> None:
    """Copy the template and write the files that depend on the project."""
    from kedro import __version__ as kedro_version
    from ruamel.yaml import YAML

    from waveloom.project.params import load, write_values

    for file in project_files():
        (new / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template() / file, new / file)
    (new / "conf/local").mkdir()
    (new / "conf/local/.gitkeep").touch()
    chosen = overlay(load(template() / DEFAULT), values)
    write_values(chosen, new / "params.yaml", reset=True)
    (new / DEFAULT).parent.mkdir()
    with (new / DEFAULT).open("w", encoding="utf-8") as preset:
        preset.write(DEFAULT_PRESET)
        YAML().dump(chosen, preset)
    (new / "pyproject.toml").write_text(PYPROJECT.format(name=name, kedro=kedro_version), encoding="utf-8")
    (new / "README.md").write_text(readme(name, values), encoding="utf-8")


def _identity(folder: Path) -> tuple[str, ...]:
    """Return options that give git an author for one commit, if none is configured."""
    known = subprocess.run(["git", "config", "user.email"], cwd=folder, capture_output=True)
    return () if known.returncode == 0 else IDENTITY


def _run(folder: Path, *command: str) -> None:
    """Run a command in a folder; InputError with its last line if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()] or ["no message"]
        raise InputError(f"`{' '.join(command)}` failed: {lines[-1]}. Correct that and run again.")
