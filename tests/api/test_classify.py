"""`waveloom.classify`: a table of predictions."""

import pytest
import soundfile

import waveloom
from tests.classification.conftest import RATE, corpus, sound, trained  # noqa: F401, fixtures
from waveloom.classification.classifier import card
from waveloom.models.files import save_model


@pytest.fixture
def recordings(tmp_path):
    """Two recordings and a file that is none."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    for label in ("high", "low"):
        soundfile.write(folder / f"{label}.wav", sound(label, 1000), RATE)
    (folder / "text.wav").write_text("not a sound")
    return folder


@pytest.fixture
def classifier(trained, tmp_path):  # noqa: F811
    save_model(tmp_path / "classifier", trained.model, card)
    return tmp_path / "classifier"


def test_a_folder_of_recordings_is_classified(recordings, classifier):
    table = waveloom.classify(str(recordings), model=str(classifier))
    assert list(table["file"]) == [str(recordings / name) for name in ("high.wav", "low.wav", "text.wav")]
    assert list(table["label"]) == ["high", "low", ""]
    assert table["reason"].iloc[2].startswith("unreadable")


def test_files_are_classified_in_their_order(recordings, classifier):
    files = [recordings / "low.wav", recordings / "high.wav"]
    assert list(waveloom.classify(files, classifier)["label"]) == ["low", "high"]


def test_a_generator_is_no_classifier(tmp_path, recordings):
    from tests.generation.test_exported_model import whole

    save_model(tmp_path / "generator", whole())
    with pytest.raises(waveloom.InputError, match="classifier"):
        waveloom.classify(recordings, tmp_path / "generator")


def test_no_files_are_an_input_error(classifier):
    with pytest.raises(waveloom.InputError, match="no files"):
        waveloom.classify([], classifier)
