"""What happens around a Kedro run: parameters are checked, errors speak plainly, and MLflow keeps the record."""

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl

from waveloom.config.errors import InputError, error_message, escape_unencodable, print_error
from waveloom.execution.cost import cost
from waveloom.execution.locks import exclusive_lock
from waveloom.project.run_options import unknown_option


class PlainErrors:
    """Errors of the input or the environment are one sentence; only faults of the program come with a traceback."""

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Print errors as sentences from here on."""
        self.begin(Path(context.project_path))

    @staticmethod
    def begin(project: Path) -> None:
        """Print errors that nothing catches as sentences; `project` is the project's folder."""
        escape_unencodable()
        sys.excepthook = partial(_speak, project, sys.excepthook)


def _speak(project: Path, otherwise: Any, kind: type[BaseException], error: BaseException, trace: Any) -> None:
    from waveloom import pipelines
    from waveloom.config.plugins import available

    message = unknown_option(project, available(pipelines), error) or error_message(error)
    if message is None:
        otherwise(kind, error, trace)
    else:
        print_error(message)


class QuietStart:
    """TensorFlow's libraries write to the terminal while they load, whatever they are told; nobody needs it."""

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Any) -> None:
        """Load TensorFlow with standard error turned away, when a node will need it."""
        if not _tracked(pipeline):
            return
        kept = os.dup(2)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            try:
                import keras  # noqa: F401
            finally:
                os.dup2(kept, 2)
                os.close(kept)


class CheckedParams:
    """Wrong parameters stop the run before its first node."""

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Lay conf/<env>/params.yaml over params.yaml, and check every section against its dataclass."""
        from waveloom.project.memory_check import check_memory
        from waveloom.project.params import check, complete, with_preset

        loader = context.config_loader
        preset = Path(context.project_path, "conf", context.env or "local", "params.yaml")
        tree = with_preset(loader["parameters"], preset, loader.runtime_params or {})
        check(tree)
        check_memory(tree)
        loader["parameters"] = complete(tree)

    @hook_impl
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Check the recipe, its plug-ins and their options, when the run needs one."""
        if "recipes" in pipeline.inputs():
            from waveloom.models.recipe import choose
            from waveloom.training.recipe_checks import check_recipe

            rules = catalog.load("params:train")
            check_recipe(choose(catalog.load("recipes"), rules.recipe, rules.overrides), f"recipe {rules.recipe}")


class OnlyTheChiefWrites:
    """Where several machines train one generator, the chief saves it and keeps the record; the others only help."""

    @hook_impl
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Have a helper keep what it makes in memory, and do nothing but train."""
        if not _helps(catalog):
            return
        from kedro.io import MemoryDataset

        if {node.name for node in pipeline.nodes} - {"train"}:
            raise InputError(
                "This machine is not the chief of its cluster, so it can only help to train: use --pipeline train."
            )
        for name in pipeline.outputs():
            catalog[name] = MemoryDataset()


def _helps(catalog: Any) -> bool:
    """Whether this machine is of a cluster, and not its chief."""
    rules = catalog.load("params:train")  # a dataclass where a node of this run takes it, else what the file holds
    if (rules["distribution"] if isinstance(rules, Mapping) else rules.distribution) != "cluster":
        return False
    from waveloom.training.cluster import this_machine

    return not this_machine().is_chief


class OneRunAStage:
    """Two runs of one stage in one project would write the same results at once; the second is refused."""

    def __init__(self) -> None:
        self._project = Path()
        self._locks = ExitStack()

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Remember where the project is."""
        self._project = Path(context.project_path)

    @hook_impl(trylast=True)
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Lock every stage of the run; a machine that only helps to train writes nothing."""
        names = [] if _helps(catalog) else sorted(node.name for node in pipeline.nodes)
        for name in names:
            folder = self._project / ".checkpoints/running" / name
            self._locks.enter_context(exclusive_lock(folder, f"runs the stage {name} of this project"))

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Release the stages."""
        self._locks.close()

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Release the stages."""
        self._locks.close()


class Tracking:
    """One MLflow run an experiment: opened by train, found again by evaluate, marked failed when it fails."""

    def __init__(self) -> None:
        self._params: dict[str, Any] = {}
        self._project = Path()
        self._before = cost()
        self._silent = False

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Remember the raw parameters and where the project is."""
        self._params = context.config_loader["parameters"]
        self._project = Path(context.project_path)

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Stop before hours of work if the MLflow server does not answer."""
        if any(node.tags & {"tracked", "tracked_alone"} for node in pipeline.nodes) and not _helps(catalog):
            from waveloom.tracking.store import check_server, store

            check_server(store(self._project)[1])

    @hook_impl
    def before_node_run(self, node: Any, inputs: dict[str, Any], catalog: Any) -> dict[str, Any]:
        """Open the run before the first tracked node; a node that can be watched gets MLflow as its watcher."""
        self._silent = _helps(catalog)
        if self._silent or "tracked" not in node.tags:
            return {}
        from waveloom.tracking import runs as tracking

        tracking.open_run(self._project, self._params, inputs)
        self._before = cost()
        return {"callbacks": tracking.Watcher()} if "callbacks" in inputs else {}

    @hook_impl
    def after_node_run(self, node: Any, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        """Log what a tracked node made."""
        if self._silent:
            return
        if "tracked" in node.tags:
            from waveloom.tracking import runs as tracking

            tracking.log_outputs(inputs, outputs)
            tracking.log_cost(node.name, cost().since(self._before))
        elif "tracked_alone" in node.tags:
            from waveloom.tracking import classifier_runs as classifier_tracking

            classifier_tracking.log_classifier(self._project, self._params, outputs)

    @hook_impl
    def after_pipeline_run(self, pipeline: Any) -> None:
        """Close the run as finished."""
        self._close(pipeline, "FINISHED")

    @hook_impl
    def on_pipeline_error(self, pipeline: Any) -> None:
        """Close the run as failed."""
        self._close(pipeline, "FAILED")

    def _close(self, pipeline: Any, status: str) -> None:
        if _tracked(pipeline) and not self._silent:
            from waveloom.tracking.outbox import close_run

            close_run(status)


def _tracked(pipeline: Any) -> bool:
    return any("tracked" in node.tags for node in pipeline.nodes)
