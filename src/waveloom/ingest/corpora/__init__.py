"""PLUG-IN. Where sounds come from; one choice a file.

A file offers a frozen `Config` and `recordings(config, base) -> Iterator[Recording]`, in an order that never varies;
relative paths in the config start at `base`. What cannot be a corpus at all is one InputError; one sound that must not
be used is a Recording with its reason. A file that also offers `found_in(tree, config)` can read an archive.

DVC watches what a corpus reads: the folder `root` of its Config, or what `files_read(config)` names instead: the paths
of its `corpus` and its `soundfont`, empty where it reads none.
"""

from dataclasses import dataclass
from pathlib import Path

from waveloom.audio.clip import Clip


@dataclass(frozen=True)
class Recording:
    """One source sound, before anyone has listened to it: a file at `path`, or a `clip` made on the spot.

    `name` is unique in its corpus; for a made clip it is a relative path without suffix. `group` is what must not be
    split between training and test: the speaker, the instrument, the original recording. `split` is the corpus's own
    (train, validation or test), or empty. `reason` says why the sound is refused unheard: `kind` or `kind: detail`.
    `description` says in free text what is heard, as far as the corpus knows more than the label.
    """

    name: str
    path: Path | None = None
    clip: Clip | None = None
    label: str = ""
    group: str = ""
    split: str = ""
    licence: str = ""
    attribution: str = ""
    reason: str = ""
    description: str = ""
