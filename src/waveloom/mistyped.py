"""Names given to `kedro run` that do not exist: Kedro reports them by tracebacks or by import errors."""

import re
from collections.abc import Collection
from pathlib import Path

from waveloom.errors import suggestion


def mistyped(project: Path, error: BaseException) -> str | None:
    """Say in a sentence which option of `kedro run` names what does not exist; None if that is not the error."""
    text = " ".join(str(error).split())
    found = re.search(r"(?:importing the 'waveloom\.pipelines\.|Failed to find the pipeline named ')(.+?)'", text)
    if found and found[1] not in _pipelines():
        return _unknown("pipeline", found[1], _pipelines())
    if type(error).__name__ == "MissingConfigException" and (found := re.search(r"directory: (.+)$", text)):
        names = ["local", *sorted(path.parent.name for path in project.glob("conf/*/params.yaml"))]
        return _unknown("environment", Path(found[1]).name, names)
    if isinstance(error, ValueError) and text.startswith("Pipeline ") and _raised_by_kedro(error):
        return _selection(text)
    return None


def _unknown(kind: str, name: str, names: Collection[str]) -> str:
    return f"There is no {kind} {name!r}; choose from {', '.join(names)}.{suggestion(name, names)}"


def _pipelines() -> list[str]:
    from waveloom import pipelines
    from waveloom.plugins import available

    return available(pipelines)


def _selection(text: str) -> str:
    """Say that what `--nodes`, `--tags` or a similar option selects does not exist."""
    names = [*re.findall(r"'(.+?)'", text), ""]
    message = f"{text.rstrip('.')}. Nodes are named after their pipelines: {', '.join(_pipelines())}."
    return message + suggestion(names[0], _pipelines())


def _raised_by_kedro(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("kedro.")
