"""Kedro's settings for this project."""

from waveloom.hooks import CheckedParams, OneRunAStage, OnlyTheChiefWrites, PlainErrors, QuietStart, Tracking
from waveloom.project.dvc_hooks import LockedAsUsed

HOOKS = (
    PlainErrors(),
    QuietStart(),
    CheckedParams(),
    OnlyTheChiefWrites(),
    OneRunAStage(),
    Tracking(),
    LockedAsUsed(),
)

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "config_patterns": {"parameters": ["../../params.yaml"]},  # the root, seen from conf/base and conf/local
    "ignore_hidden": False,  # queued DVC experiments run below .dvc/tmp
}

DISABLE_HOOKS_FOR_PLUGINS = ("kedro-telemetry", "kedro-viz")
