"""Make sure that what DVC records in dvc.lock is what the stage used: DVC reads it only after the stage has run."""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl

from waveloom.config.errors import InputError

log = logging.getLogger(__name__)

PARAMS = "params.yaml"
EDITABLE = ("src/", "conf/")  # dependencies that people edit, by content; what other stages made is left to DVC


class LockedAsUsed:
    """A stage whose parameters, code, recipe or corpus changed while it ran fails, so that DVC records none of it."""

    def __init__(self) -> None:
        self._project = Path()
        self._loader: Any = None
        self._params: dict[str, Any] = {}
        self._files: dict[str, str] = {}
        self._sounds: dict[str, tuple[int, int]] = {}

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Remember params.yaml before Kedro reads it, and under DVC the other files that this stage depends on."""
        self._project, self._loader = Path(context.project_path), context.config_loader
        self._params = _sections(self._project)
        if stage := _stage():
            self._files = _digests(self._project, _code(self._project, stage))

    @hook_impl(trylast=True)
    def before_pipeline_run(self) -> None:
        """Remember sizes and times of the outside files that this stage reads, once the parameters are checked."""
        if stage := _stage():
            self._sounds = _stamps(_outside(self._project, self._loader["parameters"], stage))

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Any) -> None:
        """Compare when all outputs are written; DVC reads the dependencies after this."""
        from waveloom.project.dvc_yaml import SHAPES_NOTHING

        used = {name.removeprefix("params:").partition(".")[0] for name in pipeline.inputs() if ":" in name}
        edited = _changed(self._params, _sections(self._project), used - SHAPES_NOTHING)
        stage = _stage()
        if not stage:
            if edited:
                log.warning("%s was edited during this run, which used it as it was at the start.", PARAMS)
            return
        if edited:
            raise _stale(f"{', '.join(edited)} in {PARAMS}", stage)
        if files := _changed(self._files, _digests(self._project, self._files)):
            raise _stale(files[0], stage)
        if sounds := _changed(self._sounds, _stamps(_outside(self._project, self._loader["parameters"], stage))):
            raise _stale(sounds[0], stage)
        _link(self._project, self._loader["parameters"])


def _stale(what: str, stage: str) -> InputError:
    return InputError(
        f"{what} was changed while the stage {stage} ran, which used the earlier version. DVC would record the new "
        "one as used; run `dvc repro` again."
    )


def _stage() -> str:
    """Name the stage of DVC that this process carries out; empty without DVC."""
    return os.environ.get("DVC_STAGE", "").rpartition(":")[2]


def _sections(project: Path) -> dict[str, Any]:
    from waveloom.project.params import load

    try:
        return load(project / PARAMS)
    except Exception as problem:  # for example half-written by an editor; the parser raises many kinds of errors
        log.debug("%s cannot be read: %s", PARAMS, problem)
        return {}


def _code(project: Path, stage: str) -> list[str]:
    """List the files below src and conf that dvc.yaml names as dependencies of a stage, and its recipe."""
    from waveloom.project.input_links import FOLDER, READ_BY
    from waveloom.project.params import load

    named = [Path(path) for path in load(project / "dvc.yaml").get("stages", {}).get(stage, {}).get("deps", [])]
    named = [path for path in named if path.as_posix().startswith(EDITABLE)]
    named += [FOLDER / "recipe"] if "recipe" in READ_BY.get(stage, ()) else []
    inside = ((project / path).rglob("*.py") if (project / path).is_dir() else [project / path] for path in named)
    return sorted(file.relative_to(project).as_posix() for files in inside for file in files)


def _digests(project: Path, files: Iterable[str]) -> dict[str, str]:
    found = ((name, project / name) for name in files)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for name, path in found}


def _outside(project: Path, tree: Mapping[str, Any], stage: str) -> Iterator[Path]:
    """Name the files and folders outside the pipeline that a stage reads and does not write; `tree` is complete."""
    from waveloom.execution.main_checkout import located
    from waveloom.project.input_links import READ_BY

    wanted = _paths(tree) if stage in READ_BY else {}
    fetched = tree["ingest"]["corpus"] == "freesound"  # ingest adds files to that corpus
    names = [name for name in READ_BY.get(stage, ()) if name != "recipe" and not (fetched and name == "corpus")]
    return (located(wanted[name], project) for name in names if wanted[name])


def _stamps(paths: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Give size and time of modification (ns) of files, and of all files below folders."""
    files = (file for path in paths for file in (_below(path) if path.is_dir() else [str(path)]))
    found = ((file, os.stat(file)) for file in files if os.path.exists(file))
    return {file: (stat.st_size, stat.st_mtime_ns) for file, stat in found}


def _below(folder: Path) -> Iterator[str]:
    return (os.path.join(parent, file) for parent, _, files in os.walk(folder) for file in files)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str] | None = None) -> list[str]:
    names = {*before, *after} if names is None else names
    return sorted(name for name in names if before.get(name) != after.get(name))


def _paths(tree: Mapping[str, Any]) -> dict[str, str]:
    from waveloom.classification.config import Classify
    from waveloom.config.checked import read_config
    from waveloom.ingest.config import Ingest
    from waveloom.project.input_links import paths
    from waveloom.training.config import Train

    return paths(
        read_config(Ingest, tree["ingest"], "ingest"),
        read_config(Train, tree["train"], "train"),
        read_config(Classify, tree["classify"], "classify"),
    )


def _link(project: Path, tree: Mapping[str, Any]) -> None:
    """Point the links at what was read: with `dvc repro --single-item` the stage `inputs` did not run."""
    from waveloom.project.input_links import link

    link(project, _paths(tree))
