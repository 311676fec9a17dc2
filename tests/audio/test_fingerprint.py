from waveloom.audio.fingerprint import fingerprint


def test_it_is_the_start_of_the_sha_256_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert fingerprint(tmp_path / "a") == "ba7816bf8f01cfea"  # FIPS 180-2, appendix B.1
