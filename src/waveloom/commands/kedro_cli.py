"""A hook that runs before `kedro` reads its options, which is earlier than Kedro's hooks of a run."""

from pathlib import Path
from typing import Any

from kedro.framework.cli.hooks import cli_hook_impl

from waveloom.execution.memory_supervisor import supervise_limited_memory


class PlainCommandErrors:
    """Prints each error of `kedro` in this project as one sentence, also under a memory limit.

    Kedro finds it by an entry point in pyproject.toml.
    """

    @cli_hook_impl
    def before_command_run(self, project_metadata: Any) -> None:
        """Install the error messages; do nothing in other projects of the same environment."""
        if project_metadata is None or project_metadata.package_name != "waveloom":
            return
        from waveloom.hooks import PrintReadableErrors

        supervise_limited_memory()
        PrintReadableErrors.install(Path(project_metadata.project_path))


hooks = PlainCommandErrors()
