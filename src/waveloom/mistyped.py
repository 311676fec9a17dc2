"""Names given to `kedro run` that do not exist: Kedro tells of them by tracebacks, or by errors of an import."""

import re
from collections.abc import Iterable
from pathlib import Path

from waveloom.errors import near


def mistyped(project: Path, error: BaseException) -> str | None:
    """Say in a sentence which option of `kedro run` names what does not exist; None if that is not the error."""
    text = str(error)
    if isinstance(error, ImportError) and (
        found := re.search(r"importing the 'waveloom\.pipelines\.(.+?)' module", text)
    ):
        missing = getattr(error.__cause__, "name", None)
        name = found[1]
        return _unknown("pipeline", name, _pipelines()) if missing == f"waveloom.pipelines.{name}" else None
    if found := re.search(r"Failed to find the pipeline named '(.+?)'", text):
        return _unknown("pipeline", found[1], _pipelines())
    if type(error).__name__ == "MissingConfigException" and (found := re.search(r"directory: (.+)$", text)):
        name = Path(found[1].strip()).name
        return _unknown(
            "environment", name, sorted(path.name for path in (project / "conf").iterdir() if path.is_dir())
        )
    if isinstance(error, ValueError) and text.startswith("Pipeline ") and _raised_by_kedro(error):
        return _selection(" ".join(text.split()))
    return None


def _unknown(kind: str, name: str, names: Iterable[str]) -> str:
    return f"There is no {kind} {name!r}; choose from {', '.join(names)}.{near(name, names)}"


def _pipelines() -> list[str]:
    from waveloom import pipelines
    from waveloom.plugins import available

    return available(pipelines)


def _selection(text: str) -> str:
    """What `--nodes`, `--tags` and the like select does not exist."""
    names = re.findall(r"'(.+?)'", text.partition(":")[0]) or [""]
    meant = near(names[0], _pipelines())
    return f"{text.rstrip('.')}. Nodes are called as their pipelines: {', '.join(_pipelines())}.{meant}"


def _raised_by_kedro(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("kedro.")
