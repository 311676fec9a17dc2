import numpy as np

from waveloom.audio.clip import Clip
from waveloom.audio.digests import file_digest, sample_digest


def test_a_file_digest_is_the_start_of_the_sha_256_of_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert file_digest(tmp_path / "a") == "ba7816bf8f01cfea"  # FIPS 180-2, appendix B.1


def test_a_sample_digest_depends_on_rate_and_samples_but_not_on_the_sign_of_zero():
    sound = np.array([0.0, 0.5, -0.5], np.float32)
    assert sample_digest(Clip(sound, 8000)) == sample_digest(Clip(np.array([-0.0, 0.5, -0.5], np.float32), 8000))
    others = [Clip(sound, 16000), Clip(sound[:2], 8000), Clip(-sound, 8000)]
    assert len({sample_digest(clip) for clip in [Clip(sound, 8000), *others]}) == 4
