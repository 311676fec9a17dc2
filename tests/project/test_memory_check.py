import pytest

from waveloom.config.errors import InputError
from waveloom.project.memory_check import check_memory

GIGABYTE = 10**9


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("prepare", "samples", 1_000_000_000),
        ("features", "n_fft", 1 << 30),
        ("features", "n_mels", 10**9),
        ("train", "batch_size", 10**8),
    ],
)
def test_a_value_that_exceeds_the_memory_is_named_with_one_that_fits(section, key, value):
    with pytest.raises(InputError, match=rf"{section}\.{key} is {value}; .* Set it to \d+ or less") as caught:
        check_memory({section: {key: value}}, 8 * GIGABYTE)
    fits = int(str(caught.value).split()[-3])
    check_memory({section: {key: fits // 4 * 4}}, 8 * GIGABYTE)
    with pytest.raises(InputError):
        check_memory({section: {key: 8 * fits}}, 8 * GIGABYTE)


def test_two_channels_need_twice_the_memory():
    tree = {"prepare": {"samples": 1_500_000}, "train": {"batch_size": 4}, "evaluate": {"samples": 2}}
    check_memory(tree, 2 * GIGABYTE)
    with pytest.raises(InputError, match=r"prepare\.samples"):
        check_memory({**tree, "prepare": {"samples": 1_500_000, "channel": "both"}}, 2 * GIGABYTE)


def test_the_defaults_need_little_memory():
    check_memory({}, GIGABYTE // 4)
