"""Kedro's settings for this project."""

from waveloom.hooks import (
    CheckParameters,
    ImportTensorFlowQuietly,
    LockStages,
    OnlyChiefSaves,
    PrintReadableErrors,
    TrackRuns,
)
from waveloom.project.dvc_hooks import RejectChangedDependencies

HOOKS = (
    PrintReadableErrors(),
    ImportTensorFlowQuietly(),
    CheckParameters(),
    OnlyChiefSaves(),
    LockStages(),
    TrackRuns(),
    RejectChangedDependencies(),
)

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "config_patterns": {"parameters": ["../../params.yaml"]},  # relative to conf/base and conf/local
    "ignore_hidden": False,  # queued DVC experiments run below .dvc/tmp
}

DISABLE_HOOKS_FOR_PLUGINS = ("kedro-telemetry", "kedro-viz")
