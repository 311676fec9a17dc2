"""PLUG-IN. Simple systems beside which a translator is measured; one per file.

A file offers

- `TITLE`: a few words for the report's tables, and `MEANING`: one sentence for the report.
- `make(request) -> Sound | None`: the sound that this system gives for a `Request`, of the length of its source; None
  if there is none, as there is no truth in unpaired data. The same request gives the same sound.
"""

from dataclasses import dataclass

from waveloom.evaluation.translation.sound import Sound
from waveloom.evaluation.translation.training_material import Codec, TrainingMaterial


@dataclass(frozen=True)
class Request:
    """A `source` to be translated into the domain `target`, and what a baseline may use.

    `truth` is the same music in the target domain, `other` the same by another program or performer of that domain;
    None where there is none.
    """

    source: Sound
    target: str
    truth: Sound | None
    other: Sound | None
    training: TrainingMaterial
    codec: Codec
