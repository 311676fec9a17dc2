"""A set of sounds in one space, whole or in part: what is computed of the whole is computed once, whoever asks."""

import copy
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np

T = TypeVar("T")
R = TypeVar("R")
Measure = Callable[[Any], np.ndarray]  # of the data of a whole set: (n, ...)
Compare = Callable[[Any, Any], np.ndarray]  # of two sets, or of what was measured of them: (n, m), or (n, ...)


class Part(Generic[T]):
    """Some of a set, in its order. A metric scores it; an interval scores many halves of it.

    `data` is what the space shows of the whole set: points (n, d), or `Sounds`. Functions handed to the methods are
    told apart by identity, so they are written at the top of a module. Sounds of one group (n,) are not independent;
    without `groups` each sound is.
    """

    def __init__(self, data: T, labels: np.ndarray, groups: np.ndarray | None = None) -> None:
        self._data, self._whole_labels = data, np.asarray(labels, str)
        self._groups = np.arange(len(labels)) if groups is None else np.asarray(groups)
        self._rows = np.arange(len(labels))
        self._whole: Part[T] = self
        self._known: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def labels(self) -> np.ndarray:
        """The label of each, (n,); empty where unknown."""
        return self._whole_labels[self._rows]

    def halves(self, pairs: int, seed: int) -> list["Part[T]"]:
        """Part it into two random halves of its groups `pairs` times over; none where there are no two groups."""
        return [self.take(rows) for rows in halves(len(self), pairs, seed, self._groups[self._rows])]

    def take(self, rows: np.ndarray) -> "Part[T]":
        """Choose `rows` (numbers) of these."""
        part = copy.copy(self)
        part._rows, part._known = self._rows[rows], {}
        return part

    def each(self, measure: Measure) -> np.ndarray:
        """What `measure` gives for each: (n, ...), from its answer for the whole set."""
        return self._seen(measure)[self._rows]

    def between(self, other: "Part[T]", compare: Compare, of: Measure | None = None) -> np.ndarray:
        """What `compare` gives for each pair with `other`: (n, m), from its answer for both whole sets.

        It compares what the measure `of` gives for them, or else their data.
        """
        return self._compared(other, compare, of)[np.ix_(self._rows, other._rows)]

    def towards(self, other: "Part[T]", compare: Compare, of: Measure | None = None) -> np.ndarray:
        """What `compare` gives for each in view of all that `other` is a part of: (n, ...)."""
        return self._compared(other, compare, of)[self._rows]

    def once(self, measure: Callable[["Part[T]"], R]) -> R:
        """What `measure` says of this very part, remembered."""
        if measure not in self._known:
            self._known[measure] = measure(self)
        return self._known[measure]

    def forget(self) -> None:
        """Free what was remembered of the whole set and of this part."""
        self._whole._known.clear()
        self._known.clear()

    def _compared(self, other: "Part[T]", compare: Compare, of: Measure | None) -> np.ndarray:
        return self._ask((compare, of, other._whole), lambda: compare(self._seen(of), other._seen(of)))

    def _seen(self, measure: Measure | None) -> Any:
        data = self._whole._data
        return data if measure is None else self._ask(measure, lambda: measure(data))

    def _ask(self, key: Any, answer: Callable[[], np.ndarray]) -> np.ndarray:
        known = self._whole._known
        if ("whole", key) not in known:
            known["whole", key] = answer()
        return known["whole", key]


def draw(part: Part[T], count: int) -> Part[T]:
    """Choose `count` at random, always the same; all where there are no more."""
    if len(part) <= count:
        return part
    return part.take(np.sort(np.random.default_rng(0).permutation(len(part))[:count]))


def halves(count: int, pairs: int, seed: int, groups: np.ndarray | None = None) -> list[np.ndarray]:
    """Part `count` rows into two random halves `pairs` times over: rows of each half, without replacement.

    With `groups` (count,) each half has half of the groups, whole ones; there are no halves of fewer than two.
    """
    numbers = np.arange(count) if groups is None else _numbered(groups)
    total = int(numbers.max(initial=-1)) + 1
    size = total // 2
    if not size:
        return []
    random = np.random.default_rng([seed, total])
    orders = [random.permutation(total) for _ in range(pairs)]
    return [np.flatnonzero(np.isin(numbers, half)) for o in orders for half in (o[:size], o[size : 2 * size])]


def _numbered(groups: np.ndarray) -> np.ndarray:
    """Number groups from 0 in the order in which they first appear."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
