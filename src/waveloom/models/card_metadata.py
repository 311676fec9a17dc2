"""The YAML block at the head of a model card, which model hubs read."""

from collections.abc import Mapping
from typing import Any

# Names of licences that hubs know, by the start of ours in small letters.
_LICENCES = {
    **{name: name for name in ("cc0-1.0", "apache-2.0", "mit")},
    **{f"cc-{kind}-{version}": f"cc-{kind}-{version}" for kind in ("by", "by-sa") for version in ("3.0", "4.0")},
    **{f"cc-{kind}-{version}": f"cc-{kind}-{version}" for kind in ("by-nc", "by-nc-sa") for version in ("3.0", "4.0")},
    **{f"gpl-{version}": f"gpl-{version}" for version in ("2.0", "3.0")},
}
_TAGS = {
    "generator": ("audio", "gan", "audio-generation"),
    "translator": ("audio", "gan", "audio-to-audio", "timbre-transfer"),
    "classifier": ("audio", "audio-classification"),
}
_TASKS = {"translator": "audio-to-audio", "classifier": "audio-classification"}  # hubs have none for generators


def metadata(kind: str, data: Mapping[str, Any]) -> list[str]:
    """Lines of YAML for a "generator", "translator" or "classifier"; `data` describes what it was trained on."""
    task = [f"pipeline_tag: {_TASKS[kind]}"] if kind in _TASKS else []
    tags = [f"- {tag}" for tag in _TAGS[kind]]
    return ["---", "library_name: waveloom", *task, *_licence(data.get("licences", {})), "tags:", *tags, "---", ""]


def _licence(counts: Mapping[str, int]) -> list[str]:
    """The licence of the training sounds if all have the same one that hubs know; otherwise the card lists them."""
    names = {_known(name) for name in counts}
    if len(names) == 1 and (name := names.pop()):
        return [f"license: {name}"]
    return ["license: other", "license_name: those-of-the-training-sounds", "license_link: README.md"]


def _known(licence: str) -> str:
    lower = licence.lower().removesuffix("-only").removesuffix("-or-later")
    return _LICENCES.get(lower, "")
