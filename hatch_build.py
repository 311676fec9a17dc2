"""Adds to the wheel what `waveloom new` copies from: parameters, catalog, recipes and presets of this repository."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATTERNS = (  # relative to the repository
    ".dvcignore",
    ".gitignore",
    ".telemetry",
    ".inputs/.gitignore",
    "opinions.json",
    "params.yaml",
    "conf/logging.yml",
    "conf/base/*.yml",
    "conf/recipes/*.yml",
    "conf/*/params.yaml",
)
PRIVATE = "conf/local/"  # a developer's own values


class TemplateHook(BuildHookInterface):
    """Puts the template of a project into the package as `waveloom/template`; an editable install reads the sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files and their places in the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        names = {path.relative_to(root).as_posix() for pattern in PATTERNS for path in root.glob(pattern)}
        included = sorted(name for name in names if not name.startswith(PRIVATE))
        build_data["force_include"].update({name: f"waveloom/template/{name}" for name in included})
