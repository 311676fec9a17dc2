"""Kedro hook: a stage fails if its inputs changed while it ran, since dvc.lock would record the new version as used.

DVC reads the dependencies of a stage only after the stage has run.
"""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl

from waveloom.config.errors import InputError
from waveloom.project.installed_code import check_installed_code

log = logging.getLogger(__name__)

PARAMS = "params.yaml"
EDITABLE = ("src/", "conf/")  # dependencies that people edit; DVC itself checks the outputs of other stages


class RejectChangedDependencies:
    """A stage whose parameters, code, recipe or corpus changed while it ran fails, so that DVC records nothing."""

    def __init__(self) -> None:
        self._project = Path()
        self._loader: Any = None
        self._params: dict[str, Any] = {}
        self._digests: dict[str, str] = {}
        self._file_stats: dict[str, tuple[int, int]] = {}

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Store params.yaml before Kedro reads it and, under DVC, digests of the stage's code and recipe."""
        self._project, self._loader = Path(context.project_path), context.config_loader
        self._params = _sections(self._project)
        if stage := _stage():
            check_installed_code(self._project)
            self._digests = _digests(self._project, _code(self._project, stage))

    @hook_impl(trylast=True)
    def before_pipeline_run(self) -> None:
        """Store sizes and times of the external files that the stage reads, once the parameters are checked."""
        if stage := _stage():
            self._file_stats = _file_stats(_external_inputs(self._project, self._loader["parameters"], stage))

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Any) -> None:
        """Compare after all outputs are written and before DVC reads the dependencies."""
        from waveloom.project.dvc_yaml import NO_DEPENDENCY

        used = {name.removeprefix("params:").partition(".")[0] for name in pipeline.inputs() if ":" in name}
        edited = _changed(self._params, _sections(self._project), used - NO_DEPENDENCY)
        stage = _stage()
        if not stage:
            if edited:
                log.warning("%s was edited during this run, which used the version from its start.", PARAMS)
            return
        if edited:
            raise _changed_error(f"{', '.join(edited)} in {PARAMS}", stage)
        check_installed_code(self._project)
        parameters = self._loader["parameters"]
        if files := _changed(self._digests, _digests(self._project, self._digests)):
            raise _changed_error(files[0], stage)
        if files := _changed(self._file_stats, _file_stats(_external_inputs(self._project, parameters, stage))):
            raise _changed_error(files[0], stage)
        _update_links(self._project, parameters)


def _changed_error(name: str, stage: str) -> InputError:
    return InputError(
        f"{name} was changed while the stage {stage} ran, which used the earlier version. DVC would record the new "
        "one as used; run `dvc repro` again."
    )


def _stage() -> str:
    """Name the DVC stage that this process runs; empty without DVC."""
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

    paths = [Path(path) for path in load(project / "dvc.yaml").get("stages", {}).get(stage, {}).get("deps", [])]
    paths = [path for path in paths if path.as_posix().startswith(EDITABLE)]
    paths += [FOLDER / "recipe"] if "recipe" in READ_BY.get(stage, ()) else []
    groups = ((project / path).rglob("*.py") if (project / path).is_dir() else [project / path] for path in paths)
    return sorted(file.relative_to(project).as_posix() for files in groups for file in files)


def _digests(project: Path, files: Iterable[str]) -> dict[str, str]:
    paths = ((name, project / name) for name in files)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for name, path in paths}


def _external_inputs(project: Path, tree: Mapping[str, Any], stage: str) -> Iterator[Path]:
    """Yield the files and folders outside the pipeline that a stage only reads; `tree` holds all parameters."""
    from waveloom.execution.main_checkout import locate
    from waveloom.project.input_links import READ_BY

    paths = _input_paths(tree) if stage in READ_BY else {}
    downloads = tree["ingest"]["corpus"] == "freesound"  # ingest adds files to that corpus
    names = [name for name in READ_BY.get(stage, ()) if name != "recipe" and not (downloads and name == "corpus")]
    return (locate(paths[name], project) for name in names if paths[name])


def _file_stats(paths: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """Return size and time of modification (ns) of files, and of all files below folders."""
    files = (file for path in paths for file in (_below(path) if path.is_dir() else [str(path)]))
    stats = ((file, os.stat(file)) for file in files if os.path.exists(file))
    return {file: (stat.st_size, stat.st_mtime_ns) for file, stat in stats}


def _below(folder: Path) -> Iterator[str]:
    return (os.path.join(parent, file) for parent, _, files in os.walk(folder) for file in files)


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str] | None = None) -> list[str]:
    names = {*before, *after} if names is None else names
    return sorted(name for name in names if before.get(name) != after.get(name))


def _input_paths(tree: Mapping[str, Any]) -> dict[str, str]:
    from waveloom.classification.config import Classify
    from waveloom.config.checked import read_config
    from waveloom.ingest.config import Ingest
    from waveloom.project.input_links import input_paths
    from waveloom.training.config import Train

    return input_paths(
        read_config(Ingest, tree["ingest"], "ingest"),
        read_config(Train, tree["train"], "train"),
        read_config(Classify, tree["classify"], "classify"),
    )


def _update_links(project: Path, tree: Mapping[str, Any]) -> None:
    """Point the links at what was read: `dvc repro --single-item` does not run the stage `inputs`."""
    from waveloom.project.input_links import update_links

    update_links(project, _input_paths(tree))
