import pytest
from hypothesis import given
from hypothesis import strategies as st

from waveloom.audio.file_names import MAX_BYTES, bounded_path, file_name, safe_label, safe_labels

DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("piano", "piano-0007.wav"),
        ("", "sound-0007.wav"),
        ("7-theo", "7-theo-0007.wav"),
        ("hi hat", "hi_hat-0007.wav"),
        ("l\u2019\u00e9t\u00e9", "l_\u00e9t\u00e9-0007.wav"),
        ("pop/rock", "pop_rock-0007.wav"),
        ('a:b\\c?*"<>|\0\n', "a_b_c________-0007.wav"),
        ("..", "_.-0007.wav"),
        (".hidden", "_hidden-0007.wav"),
        ("-rf", "_rf-0007.wav"),
        ("con.1", "_con.1-0007.wav"),
        ("console", "console-0007.wav"),
    ],
)
def test_a_name_begins_with_its_label_in_safe_characters(label, name):
    assert file_name("0007", label) == name


@given(st.text(max_size=400), st.text("0123456789-abc", min_size=1, max_size=300))
def test_any_label_gives_a_name_valid_on_every_file_system(label, stem):
    name = file_name(stem, label)
    assert len(name.encode()) <= MAX_BYTES
    assert name.endswith(".wav")
    assert name.lstrip(".-") == name
    assert not set(name) & {*'/\\:*?"<>|', *map(chr, range(32))}
    assert name.split(".")[0].lower() not in DEVICES


@pytest.mark.parametrize("letter", ["x", "\u00e9", "\u97f3", "\U0001f941"])
def test_two_long_labels_with_the_same_beginning_have_different_names(letter):
    one, other = (file_name("0000", letter * 249 + end) for end in ("a", "b"))
    assert one != other
    assert file_name("0000", letter * 249) == file_name("0000", letter * 249)


@given(st.sets(st.text(alphabet="aAb/_ :", max_size=4), max_size=30))
def test_labels_with_the_same_safe_spelling_have_different_names(labels):
    spelled = safe_labels(labels)
    assert len({name.casefold() for name in spelled.values()}) == len(labels)


def test_a_label_without_a_collision_has_no_digest():
    assert safe_labels(["dog", "pop/rock"]) == {"dog": "dog", "pop/rock": "pop_rock"}
    apart = safe_labels(["pop rock", "pop/rock"])
    assert all(name.startswith("pop_rock-") for name in apart.values())
    assert safe_label("pop/rock") == "pop_rock"


def test_a_path_keeps_its_folders_when_it_is_shortened():
    assert bounded_path("piano/program-000-pitch-060") == "piano/program-000-pitch-060"
    one, other = bounded_path(f"{'a' * 255}/{'b' * 255}"), bounded_path(f"{'a' * 255}/{'b' * 254}c")
    assert one != other
    assert [len(part) for part in one.split("/")] == [MAX_BYTES, MAX_BYTES]
