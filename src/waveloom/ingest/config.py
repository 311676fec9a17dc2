"""Parameters of the stage ingest, and the corpus that they choose."""

from dataclasses import field, fields
from types import ModuleType
from typing import Any, Literal

from waveloom.audio.decode import Limits
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
from waveloom.config.errors import InputError
from waveloom.ingest import corpora
from waveloom.ingest.splits import Shares


@checked_dataclass
class Ingest(Limits, Shares):
    """The corpus, the limits of usable recordings, and the shares of the splits."""

    corpus: str = "soundfont"
    options: dict[str, Any] = field(default_factory=dict)
    licences: tuple[str, ...] = ()  # allowed licences; empty: all
    near_duplicates: Literal["none", "report", "group"] = "report"


def load_corpus(config: Ingest) -> tuple[ModuleType, Any]:
    """Import the corpus that `config` names and check its own options, without reading a sound."""
    module = plugins.load(corpora, config.corpus)
    try:
        return module, read_config(module.Config, config.options, "ingest.options")
    except InputError as error:
        raise InputError(f"{error}{_other_corpus(config)}") from None


def _other_corpus(config: Ingest) -> str:
    """End the message about a wrong option: if another corpus has it, a preset has left it in params.yaml."""
    options = {name: _options(name) for name in plugins.available(corpora)}
    unknown = [name for name in config.options if name not in options[config.corpus]]
    owners = [name for name, known in options.items() if unknown and set(unknown) <= known]
    if not owners:
        return ""
    return (
        f" {', '.join(unknown)}: options of the corpus {' or '.join(owners)}, which an earlier choice or a preset left "
        f"in params.yaml. Remove them from ingest.options, or reset every parameter: waveloom use default."
    )


def _options(corpus: str) -> set[str]:
    return {field.name for field in fields(plugins.load(corpora, corpus).Config)}
