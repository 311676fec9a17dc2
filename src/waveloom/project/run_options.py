"""Explains unknown names in the options of `kedro run`, which Kedro reports by tracebacks or import errors."""

import re
from collections.abc import Collection
from pathlib import Path
from traceback import walk_tb

from waveloom.config.errors import suggestion

COMMAND = "kedro.framework.cli.project"  # the module that parses the options of `kedro run`
RUNNERS = ("SequentialRunner", "ThreadRunner", "ParallelRunner")


def unknown_option(project: Path, pipelines: Collection[str], error: BaseException) -> str | None:
    """Return the message for an option of `kedro run` with an unknown name; None if that is not the error."""
    text = " ".join(str(error).split())
    found = re.search(r"(?:importing the 'waveloom\.pipelines\.|Failed to find the pipeline named ')(.+?)'", text)
    if found and found[1] not in pipelines:
        return _unknown("pipeline", found[1], pipelines)
    if type(error).__name__ == "MissingConfigException" and (found := re.search(r"directory: (.+)$", text)):
        names = ["local", *sorted(path.parent.name for path in project.glob("conf/*/params.yaml"))]
        return _unknown("environment", Path(found[1]).name, names)
    if isinstance(error, (ImportError, AttributeError, TypeError)) and (message := _runner(error)):
        return message
    if type(error).__name__ == "DatasetNotFoundError" and "load_versions" in text:
        return f"{text.rstrip('.')}. Git and DVC store the versions here: check out the revision instead."
    if isinstance(error, ValueError) and text.startswith("Pipeline ") and _raised_by_kedro(error):
        return _selection(text, pipelines)
    return None


def _unknown(kind: str, name: str, names: Collection[str]) -> str:
    return f"There is no {kind} {name!r}; choose from {', '.join(names)}.{suggestion(name, names)}"


def _runner(error: BaseException) -> str | None:
    """Return the message for a wrong `--runner` or `--runner-params`; None if the error came later."""
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    modules = [str(frame.f_globals.get("__name__", "")) for frame in frames]
    if COMMAND not in modules or any(module.startswith("kedro.framework.session") for module in modules):
        return None
    name = str(frames[modules.index(COMMAND)].f_locals.get("runner") or RUNNERS[0])
    if not isinstance(error, TypeError):
        return _unknown("runner", name, RUNNERS)
    return (
        f"The runner {name} cannot be created: {error}. Choose from {', '.join(RUNNERS)}, or correct --runner-params."
    )


def _selection(text: str, pipelines: Collection[str]) -> str:
    """Return the message for `--nodes`, `--tags` or a similar option that selects nothing."""
    names = [*re.findall(r"'(.+?)'", text), ""]
    message = f"{text.rstrip('.')}. Nodes are named after their pipelines: {', '.join(pipelines)}."
    return message + suggestion(names[0], pipelines)


def _raised_by_kedro(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("kedro.")
