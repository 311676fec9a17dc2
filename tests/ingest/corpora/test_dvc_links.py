import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import make_sounds
from waveloom.ingest.config import Ingest
from waveloom.ingest.recordings import recordings

DVC = Path(sys.executable).with_name("dvc")


@pytest.mark.parametrize("kind", ["symlink", "hardlink"])
def test_a_collection_of_links_to_the_dvc_cache_is_read_like_a_copy(kind, tmp_path):
    config = Ingest(corpus="folder", options={"root": "sounds"}, min_seconds=0.05)
    make_sounds(tmp_path / "sounds")
    copied = recordings(config, tmp_path / "made", tmp_path)
    for command in (["init", "--no-scm", "-q"], ["config", "cache.type", kind], ["add", "-q", "sounds"]):
        subprocess.run([DVC, *command], cwd=tmp_path, check=True)
    assert (tmp_path / "sounds/low/00.wav").is_symlink() == (kind == "symlink")
    linked = recordings(config, tmp_path / "made", tmp_path)
    assert linked.equals(copied)
