"""A subset of a set of sounds; results computed for the whole set are cached and shared by all its subsets."""

import copy
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import numpy as np

T = TypeVar("T")
R = TypeVar("R")
Measure = Callable[[Any], np.ndarray]  # of the data of a whole set: (n, ...)
Compare = Callable[[Any, Any], np.ndarray]  # of two sets, or of measures of them: (n, m), or (n, ...)


class Subset(Generic[T]):
    """Rows of a set, in its order. A metric scores one subset; a confidence interval needs the scores of many halves.

    `data` is the whole set: embeddings (n, d), or `Sounds`. Functions passed to the methods are cache keys by identity,
    so define them at module level. Sounds of one group, `groups` (n,), are not independent; by default each sound is a
    group of its own.
    """

    def __init__(self, data: T, labels: np.ndarray, groups: np.ndarray | None = None) -> None:
        self._data, self._all_labels = data, np.asarray(labels, str)
        self._groups = np.arange(len(labels)) if groups is None else np.asarray(groups)
        self._rows = np.arange(len(labels))
        self._whole: Subset[T] = self
        self._cache: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def labels(self) -> np.ndarray:
        """The label of each row, (n,); an empty string where there is none."""
        return self._all_labels[self._rows]

    def halves(self, pairs: int, seed: int) -> list["Subset[T]"]:
        """Split the groups at random into two halves, `pairs` times; an empty list for fewer than two groups."""
        return [self.take(rows) for rows in random_halves(len(self), pairs, seed, self._groups[self._rows])]

    def take(self, rows: np.ndarray) -> "Subset[T]":
        """Select rows of this subset by their indices."""
        part = copy.copy(self)
        part._rows, part._cache = self._rows[rows], {}
        return part

    def per_sound(self, measure: Measure) -> np.ndarray:
        """The rows (n, ...) of `measure`, which is computed once for the whole set."""
        return self._measured(measure)[self._rows]

    def pairwise(self, other: "Subset[T]", compare: Compare, of: Measure | None = None) -> np.ndarray:
        """The values (n, m) of `compare` for each pair with `other`, computed once for both whole sets.

        `compare` receives the results of the measure `of`, or the data without one.
        """
        return self._compared(other, compare, of)[np.ix_(self._rows, other._rows)]

    def compared_with(self, other: "Subset[T]", compare: Compare, of: Measure | None = None) -> np.ndarray:
        """The values (n, ...) of `compare` for each row against the whole set that `other` is a subset of."""
        return self._compared(other, compare, of)[self._rows]

    def cached(self, function: Callable[["Subset[T]"], R]) -> R:
        """The result of `function` for exactly this subset, computed once."""
        if function not in self._cache:
            self._cache[function] = function(self)
        return self._cache[function]

    def clear_cache(self) -> None:
        """Free all cached results of the whole set and of this subset."""
        self._whole._cache.clear()
        self._cache.clear()

    def _compared(self, other: "Subset[T]", compare: Compare, of: Measure | None) -> np.ndarray:
        key = (compare, of, other._whole)
        return self._cached_for_whole(key, lambda: compare(self._measured(of), other._measured(of)))

    def _measured(self, measure: Measure | None) -> Any:
        data = self._whole._data
        return data if measure is None else self._cached_for_whole(measure, lambda: measure(data))

    def _cached_for_whole(self, key: Any, compute: Callable[[], np.ndarray]) -> np.ndarray:
        cache = self._whole._cache
        if ("whole", key) not in cache:
            cache["whole", key] = compute()
        return cache["whole", key]


def random_subset(subset: Subset[T], count: int) -> Subset[T]:
    """Select `count` random rows, always the same ones; the subset itself if it has no more."""
    if len(subset) <= count:
        return subset
    return subset.take(np.sort(np.random.default_rng(0).permutation(len(subset))[:count]))


def random_halves(count: int, pairs: int, seed: int, groups: np.ndarray | None = None) -> list[np.ndarray]:
    """Split `count` rows into two random halves without replacement, `pairs` times; gives the rows of each half.

    With `groups` (count,), groups are not split: each half has half of them. An empty list for fewer than two groups.
    """
    numbers = np.arange(count) if groups is None else _group_numbers(groups)
    total = int(numbers.max(initial=-1)) + 1
    size = total // 2
    if not size:
        return []
    random = np.random.default_rng([seed, total])
    orders = [random.permutation(total) for _ in range(pairs)]
    return [np.flatnonzero(np.isin(numbers, half)) for o in orders for half in (o[:size], o[size : 2 * size])]


def _group_numbers(groups: np.ndarray) -> np.ndarray:
    """Number groups from 0 in the order of their first row."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]
