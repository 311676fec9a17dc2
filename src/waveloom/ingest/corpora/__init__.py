"""PLUG-IN. Sources of sounds; one choice a file.

A file offers a frozen `Config` and `recordings(config, base) -> Iterator[Recording]`, in a fixed order; relative paths
in the config start at `base`. If nothing can be read it raises one InputError; a sound that must not be used is a
Recording with a reason. A file that also offers `found_in(tree, config)` can read an archive.

DVC tracks what a corpus reads: the folder `root` of its Config or, if the file offers it, what `files_read(config)`
names: the paths of its `corpus` and its `soundfont`, empty where it reads none.
"""

from dataclasses import dataclass
from pathlib import Path

from waveloom.audio.clip import Clip


@dataclass(frozen=True)
class Recording:
    """One source sound before it is decoded: a file at `path`, or a generated `clip`.

    `name` is unique in its corpus; for a generated clip it is a relative path without suffix. `group` is what must not
    be divided between splits: the speaker, the instrument, the original recording. `split` is the corpus's own (train,
    validation or test), or empty. `reason` says why the sound is rejected unread: `kind` or `kind: detail`.
    `description` is free text about the sound, where the corpus has more than the label. `domain` is what a translation
    changes: the instrument, the speaker, the drum kit. Recordings of one `pair` are the same music, at the same times,
    in two domains or by two programs of a domain. Without a label the label is the domain, and without a group the
    group is the pair.
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
    domain: str = ""
    pair: str = ""
