"""Hooks around a Kedro run: they check parameters, print readable errors, lock stages and track runs in MLflow."""

import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl

from waveloom.config.error_messages import error_message, escape_unencodable, print_error
from waveloom.config.errors import InputError
from waveloom.execution.cost import current_cost
from waveloom.execution.locks import exclusive_lock
from waveloom.execution.quiet_stderr import quiet_stderr
from waveloom.project.cluster_role import is_cluster_worker
from waveloom.project.run_options import unknown_option


class PrintReadableErrors:
    """Errors of the input or the environment print one message; only bugs print a traceback."""

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Install the exception hook."""
        self.install(Path(context.project_path))

    @staticmethod
    def install(project: Path) -> None:
        """Print uncaught errors as messages from now on; `project` is the project's folder."""
        escape_unencodable()
        sys.excepthook = partial(_print_exception, project, sys.excepthook)


def _print_exception(project: Path, fallback: Any, kind: type[BaseException], error: BaseException, trace: Any) -> None:
    from waveloom import pipelines
    from waveloom.config.plugins import available

    message = unknown_option(project, available(pipelines), error) or error_message(error)
    if message is None:
        fallback(kind, error, trace)
    else:
        print_error(message)


class ImportTensorFlowQuietly:
    """TensorFlow's libraries write to the terminal while they load, whatever log level is set."""

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Any) -> None:
        """Load TensorFlow with standard error discarded, if a node needs it."""
        if _is_tracked(pipeline):
            with quiet_stderr():
                import keras  # noqa: F401


class CheckParameters:
    """Wrong parameters stop the run before its first node."""

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Apply conf/<env>/params.yaml to params.yaml, and check every section against its dataclass."""
        from waveloom.project.memory_check import check_memory
        from waveloom.project.params import apply_preset, check, fill_defaults
        from waveloom.project.recipe_name import check_recipe_name

        loader = context.config_loader
        preset = Path(context.project_path, "conf", context.env or "local", "params.yaml")
        tree = apply_preset(loader["parameters"], preset, loader.runtime_params or {})
        check(tree)
        check_recipe_name(tree, Path(context.project_path))
        check_memory(tree)
        loader["parameters"] = fill_defaults(tree)

    @hook_impl
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Check the recipe, its plug-ins and their options, if the run uses one."""
        if "recipes" in pipeline.inputs():
            from waveloom.models.recipe import choose
            from waveloom.training.recipe_checks import check_recipe

            config = catalog.load("params:train")
            check_recipe(choose(catalog.load("recipes"), config.recipe, config.overrides), f"recipe {config.recipe}")


class OnlyChiefSaves:
    """Where several machines train one generator, only the chief saves it and tracks the run."""

    @hook_impl
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """On a worker, keep outputs in memory and refuse stages other than train."""
        if not is_cluster_worker(catalog):
            return
        from kedro.io import MemoryDataset

        if {node.name for node in pipeline.nodes} - {"train"}:
            raise InputError("This machine is a worker of its cluster, so it can only train: use --pipeline train.")
        for name in pipeline.outputs():
            catalog[name] = MemoryDataset()


class LockStages:
    """A second run of the same stage in the same project is refused, since both would write the same files."""

    def __init__(self) -> None:
        self._project = Path()
        self._locks = ExitStack()

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Store the path of the project."""
        self._project = Path(context.project_path)

    @hook_impl(trylast=True)
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Lock every stage of the run, except on a cluster worker, which writes nothing."""
        names = [] if is_cluster_worker(catalog) else sorted(node.name for node in pipeline.nodes)
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


class TrackRuns:
    """One MLflow run per experiment: train opens it, evaluate continues it, and an error marks it as failed."""

    def __init__(self) -> None:
        self._params: dict[str, Any] = {}
        self._project = Path()
        self._start = current_cost()
        self._is_worker = False

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Store the parameters and the path of the project."""
        self._params = context.config_loader["parameters"]
        self._project = Path(context.project_path)

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Any, catalog: Any) -> None:
        """Stop before hours of work if the MLflow server does not answer."""
        if any(node.tags & {"tracked", "tracked_alone"} for node in pipeline.nodes) and not is_cluster_worker(catalog):
            from waveloom.tracking.store import check_server, store

            check_server(store(self._project)[1])

    @hook_impl
    def before_node_run(self, node: Any, inputs: dict[str, Any], catalog: Any) -> dict[str, Any]:
        """Open the run before a tracked node; a node with the input `callbacks` gets one that logs to MLflow."""
        self._is_worker = is_cluster_worker(catalog)
        if self._is_worker or "tracked" not in node.tags:
            return {}
        from waveloom.tracking.runs import open_run
        from waveloom.tracking.training_callback import TrainingCallback

        open_run(self._project, self._params, inputs)
        self._start = current_cost()
        return {"callbacks": TrainingCallback()} if "callbacks" in inputs else {}

    @hook_impl
    def after_node_run(self, node: Any, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        """Log the outputs and the cost of a tracked node."""
        if self._is_worker:
            return
        if "tracked" in node.tags:
            from waveloom.tracking.outputs import log_cost, log_outputs

            log_outputs(inputs, outputs)
            log_cost(node.name, current_cost().since(self._start))
        elif "tracked_alone" in node.tags:
            from waveloom.tracking.classifier_runs import log_classifier

            log_classifier(self._project, self._params, outputs)

    @hook_impl
    def after_pipeline_run(self, pipeline: Any) -> None:
        """Close the run as finished."""
        self._close(pipeline, "FINISHED")

    @hook_impl
    def on_pipeline_error(self, pipeline: Any) -> None:
        """Close the run as failed."""
        self._close(pipeline, "FAILED")

    def _close(self, pipeline: Any, status: str) -> None:
        if _is_tracked(pipeline) and not self._is_worker:
            from waveloom.tracking.outbox import close_run

            close_run(status)


def _is_tracked(pipeline: Any) -> bool:
    return any("tracked" in node.tags for node in pipeline.nodes)
