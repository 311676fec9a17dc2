import hashlib

import pytest

from waveloom.config.errors import InputError
from waveloom.models.packaged_weights import Weights

CONTENT = b"\x00\x01 weights"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose code must not run, with one file of weights."""
    (tmp_path / "some_package" / "models").mkdir(parents=True)
    (tmp_path / "some_package" / "__init__.py").write_text("raise RuntimeError('the code of the package ran')")
    (tmp_path / "some_package" / "models" / "weights.bin").write_bytes(CONTENT)
    monkeypatch.syspath_prepend(tmp_path)
    return Weights("some_package", "models", {"weights.bin": hashlib.sha256(CONTENT).hexdigest()})


def test_known_weights_are_found_without_running_the_package(package):
    assert not package.missing()
    assert (package.checked() / "weights.bin").read_bytes() == CONTENT


def test_the_version_changes_with_the_content_that_is_expected(package, tmp_path):
    other = CONTENT + b"!"
    changed = Weights("some_package", "models", {"weights.bin": hashlib.sha256(other).hexdigest()})
    before = package.version()
    (tmp_path / "some_package" / "models" / "weights.bin").write_bytes(other)
    assert len(before) == 64
    assert changed.version() != before


def test_changed_weights_are_refused_by_name(package, tmp_path):
    (tmp_path / "some_package" / "models" / "weights.bin").write_bytes(CONTENT[:-1])
    for ask in (package.checked, package.version):
        with pytest.raises(InputError, match=r"weights\.bin has SHA-256 .* Install some_package again"):
            ask()


def test_a_file_that_is_gone_is_refused_by_name(package, tmp_path):
    (tmp_path / "some_package" / "models" / "weights.bin").unlink()
    with pytest.raises(InputError, match=r"weights\.bin has SHA-256 missing"):
        package.checked()


def test_a_package_that_is_not_installed_is_missing():
    weights = Weights("no_package_has_this_name", "models", {"weights.bin": ""})
    assert weights.missing()
    with pytest.raises(InputError, match="no_package_has_this_name is not installed"):
        weights.checked()
