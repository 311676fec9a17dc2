import pytest

from waveloom.config.checked import read_config
from waveloom.config.errors import InputError
from waveloom.ingest.corpora import folder, manifest
from waveloom.ingest.corpora.pattern import Config as PatternConfig
from waveloom.ingest.corpora.pattern import recordings as pattern_recordings


def fill(base, *names):
    for name in names:
        (base / "sounds" / name).parent.mkdir(parents=True, exist_ok=True)
        (base / "sounds" / name).touch()


def in_folder(base, **options):
    return list(folder.recordings(folder.Config(**{"root": "sounds", "domains": "folder", **options}), base))


def in_table(base, rows: str, **options):
    (base / "t.csv").write_text("file,kind,piece\n" + rows)
    config = manifest.Config(**{"root": ".", "table": "t.csv", "label": "", "domain": "{kind}", **options})
    return list(manifest.recordings(config, base))


def test_each_class_folder_is_a_domain(tmp_path):
    fill(tmp_path, "piano/a.wav", "organ/deep/b.wav")
    assert [(r.name, r.domain, r.label, r.pair) for r in in_folder(tmp_path)] == [
        ("organ/deep/b.wav", "organ", "organ", ""),
        ("piano/a.wav", "piano", "piano", ""),
    ]


def test_files_have_no_domain_unless_it_is_asked_for(tmp_path):
    fill(tmp_path, "piano/a.wav", "organ/a.wav")
    assert {(r.domain, r.pair) for r in in_folder(tmp_path, domains="none")} == {("", "")}


def test_files_of_equal_path_in_two_domains_are_a_pair_with_any_suffix(tmp_path):
    fill(tmp_path, "piano/one/a.wav", "organ/one/a.flac", "piano/two/a.wav", "organ/two/a.wav")
    found = in_folder(tmp_path, pairs="stem")
    assert {r.name: r.pair for r in found} == {
        "organ/one/a.flac": "one/a",
        "organ/two/a.wav": "two/a",
        "piano/one/a.wav": "one/a",
        "piano/two/a.wav": "two/a",
    }
    assert {r.group for r in found} == {"one/a", "two/a"}


def test_pairs_are_found_below_split_folders_and_outer_folders(tmp_path):
    fill(tmp_path, *(f"set/{split}/{kit}/a.wav" for split in ("train", "test") for kit in ("x", "y")))
    fill(tmp_path, "set/train/x/b.wav", "set/train/y/b.wav")
    found = in_folder(tmp_path, pairs="stem")
    assert {(r.domain, r.split, r.pair) for r in found if r.name.endswith("a.wav")} == {
        (kit, split, f"set/{split}/a") for kit in ("x", "y") for split in ("train", "test")
    }


def test_a_file_without_a_counterpart_is_rejected_with_a_reason_that_names_it(tmp_path):
    fill(tmp_path, "piano/a.wav", "organ/a.wav", "piano/b.wav")
    reasons = {r.name: r.reason for r in in_folder(tmp_path, pairs="stem")}
    assert reasons == {
        "organ/a.wav": "",
        "piano/a.wav": "",
        "piano/b.wav": "no counterpart: no other domain has a sound of the pair b",
    }


def test_two_files_of_one_domain_are_no_counterparts(tmp_path):
    fill(tmp_path, "piano/a.wav", "piano/a.flac", "piano/b.wav", "organ/b.wav")
    assert [r.name for r in in_folder(tmp_path, pairs="stem") if r.reason] == ["piano/a.flac", "piano/a.wav"]


def test_one_domain_alone_is_an_error(tmp_path):
    fill(tmp_path, "piano/a.wav", "piano/b.wav")
    with pytest.raises(InputError, match="in one domain only, 'piano'; a translation needs two"):
        in_folder(tmp_path)


def test_sounds_in_no_folder_have_no_domain(tmp_path):
    fill(tmp_path, "a.wav", "b.wav")
    with pytest.raises(InputError, match="in no domain; a translation needs two"):
        in_folder(tmp_path)


def test_a_folder_without_sounds_is_an_error_that_names_it(tmp_path):
    fill(tmp_path, "piano/a.wav", "organ/a.wav", "strings/readme.txt")
    with pytest.raises(InputError, match=r"domain 'strings' of .*sounds has no sounds"):
        in_folder(tmp_path)


def test_pairs_need_domains():
    with pytest.raises(InputError, match=r"pairs is stem, but ingest\.options\.domains is none"):
        read_config(folder.Config, {"pairs": "stem"}, "ingest.options")


def test_columns_of_a_table_give_domain_and_pair(tmp_path):
    found = in_table(tmp_path, "a.wav,piano,1\nb.wav,organ,1\nc.wav,organ,\n", pair="{piece}")
    assert [(r.domain, r.pair, r.reason) for r in found] == [("piano", "1", ""), ("organ", "1", ""), ("organ", "", "")]


def test_a_row_of_a_table_without_a_counterpart_is_rejected(tmp_path):
    found = in_table(tmp_path, "a.wav,piano,1\nb.wav,organ,1\nc.wav,organ,2\n", pair="{piece}")
    assert [r.reason for r in found][:2] == ["", ""]
    assert found[2].reason == "no counterpart: no other domain has a sound of the pair 2"


def test_a_table_of_one_domain_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"one domain only, 'piano'.*Set ingest\.options\.domain"):
        in_table(tmp_path, "a.wav,piano,1\nb.wav,piano,2\n")


def test_a_pair_without_domains_is_an_error(tmp_path):
    with pytest.raises(InputError, match="in no domain"):
        in_table(tmp_path, "a.wav,piano,1\nb.wav,organ,1\n", domain="", label="{kind}", pair="{piece}")


def test_a_column_that_the_table_lacks_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"ingest\.options\.pair names the column 'piec'"):
        in_table(tmp_path, "a.wav,piano,1\n", pair="{piec}")


def test_speakers_and_digits_in_file_names_are_domains_and_pairs(tmp_path):
    fill(tmp_path, *(f"{digit}_{speaker}_0.wav" for digit in "12" for speaker in ("ann", "bob")))
    config = PatternConfig(
        root="sounds", pattern=r"(?P<d>\d)_(?P<s>\w+)_(?P<t>\d)\.wav", label="", domain="{s}", pair="{d}-{t}"
    )
    found = list(pattern_recordings(config, tmp_path))
    assert [(r.domain, r.pair) for r in found] == [("ann", "1-0"), ("bob", "1-0"), ("ann", "2-0"), ("bob", "2-0")]
