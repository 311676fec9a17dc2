import pytest

from tests.training import small


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store") / "clips"
    small.store(folder)
    return folder


@pytest.fixture(scope="module")
def store(folder):
    return small.open_store(folder)
