"""Parameters of the stage ingest, and the corpus that they choose."""

from dataclasses import field
from types import ModuleType
from typing import Any, Literal

from waveloom.audio.decode import Limits
from waveloom.config import plugins
from waveloom.config.checked import checked_dataclass, read_config
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
    return module, read_config(module.Config, config.options, "ingest.options")
