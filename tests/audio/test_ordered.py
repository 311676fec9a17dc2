import threading

import pytest

from waveloom.audio.ordered import ordered_map


def test_answers_come_in_the_order_of_the_items():
    gate = threading.Event()

    def work(item: int) -> int:
        if item == 0:
            gate.wait(5)  # the first is the last to be done
        if item == 3:
            gate.set()
        return item * item

    assert list(ordered_map(work, range(20), threads=4)) == [item * item for item in range(20)]


def test_no_more_items_are_taken_than_asked():
    taken = []

    def items():
        for item in range(1000):
            taken.append(item)
            yield item

    answers = ordered_map(str, items(), ahead=5)
    assert next(answers) == "0"
    assert len(taken) == 5
    answers.close()


def test_the_first_error_ends_it():
    with pytest.raises(ZeroDivisionError):
        list(ordered_map(lambda item: 1 / item, [2, 1, 0, 1]))


def test_no_items_no_answers():
    assert list(ordered_map(str, [])) == []
