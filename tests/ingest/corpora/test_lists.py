import pytest

from tests.ingest.corpora.test_folder import fill
from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.corpora.lists import Config, recordings


def found(base, lists, **options):
    for split, names in lists.items():
        (base / f"sounds/{split}.txt").write_text("\n".join(names) + "\n")
    return read_all(base, lists={split: f"{split}.txt" for split in lists}, **options)


def read_all(base, **options):
    return list(recordings(read_config(Config, {"root": "sounds", **options}, "ingest.options"), base))


def splits(recordings):
    return {r.name: r.split or r.reason for r in recordings}


def test_files_in_no_list_are_for_training(tmp_path):
    fill(tmp_path, "dog/a.wav", "dog/b.wav", "cat/c.wav")
    lists = {"validation": ["./dog/b.wav"], "test": ["cat/c.wav"]}
    assert splits(found(tmp_path, lists)) == {"cat/c.wav": "test", "dog/a.wav": "train", "dog/b.wav": "validation"}


def test_with_a_training_list_files_in_no_list_are_rejected(tmp_path):
    fill(tmp_path, "dog/a.wav", "dog/b.wav")
    assert splits(found(tmp_path, {"train": ["dog/b.wav"]})) == {"dog/a.wav": "unlisted", "dog/b.wav": "train"}


def test_a_listed_file_that_is_missing_has_a_row(tmp_path):
    fill(tmp_path, "dog/a.wav")
    *_, lost, outside = found(tmp_path, {"test": ["dog/z.wav", "../dog/x.wav"]})
    assert (lost.name, lost.label, lost.split, lost.path) == ("dog/z.wav", "dog", "test", tmp_path / "sounds/dog/z.wav")
    assert outside.reason.startswith("outside: ")


def test_a_listed_file_of_another_label_is_omitted(tmp_path):
    fill(tmp_path, "dog/a.wav", "cat/b.wav")
    assert splits(found(tmp_path, {"test": ["cat/b.wav"]}, labels=["dog"])) == {"dog/a.wav": "train"}


def test_a_file_listed_for_two_splits_is_an_error(tmp_path):
    fill(tmp_path, "dog/a.wav")
    with pytest.raises(InputError, match=r"dog/a\.wav is listed for validation and for test"):
        found(tmp_path, {"validation": ["dog/a.wav"], "test": ["dog/a.wav"]})


def test_a_missing_list_or_one_that_is_no_text_is_an_error(tmp_path):
    fill(tmp_path, "dog/a.wav")
    with pytest.raises(InputError, match=r"options\.lists\.test: there is no testing_list\.txt below"):
        read_all(tmp_path, lists={"test": "testing_list.txt"})
    (tmp_path / "sounds/bad.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match=r"bad\.txt is not UTF-8"):
        read_all(tmp_path, lists={"test": "bad.txt"})


def test_a_part_of_the_name_may_be_the_description_with_lists(tmp_path):
    fill(tmp_path, "dog/far_away.wav")
    (one,) = found(tmp_path, {"test": ["dog/far_away.wav"]}, pattern=r"(?P<label>\w+)/(?P<description>\w+)\.wav")
    assert (one.split, one.description) == ("test", "far_away")


@pytest.mark.parametrize(
    "spelling", ["./dog/b.wav", "dog\\b.wav", "DOG/B.WAV", " dog/b.wav ", "dog//b.wav", "{root}/dog/b.wav"]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_listed_file_is_found_in_any_spelling(tmp_path, spelling, encoding):
    fill(tmp_path, "dog/a.wav", "dog/b.wav")
    text = spelling.replace("{root}", str(tmp_path / "sounds")) + "\r\n"
    (tmp_path / "sounds/test.txt").write_bytes(text.encode(encoding))
    assert splits(read_all(tmp_path, lists={"test": "test.txt"})) == {"dog/a.wav": "train", "dog/b.wav": "test"}
