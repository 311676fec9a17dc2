import pytest

from waveloom.datasets.folder import FolderDataset


def test_a_folder_is_created_when_it_is_loaded(tmp_path):
    assert FolderDataset(str(tmp_path / "a/b")).load().is_dir()


def test_a_shared_folder_is_in_the_main_checkout(tmp_path, monkeypatch):
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "main"))
    assert FolderDataset(str(tmp_path / "copy/.checkpoints"), shared=True).load() == tmp_path / "main/.checkpoints"


def test_a_folder_cannot_be_saved(tmp_path):
    with pytest.raises(Exception, match="filled by the node"):
        FolderDataset(str(tmp_path)).save("anything")
