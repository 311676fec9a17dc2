"""Counts the values of a column, such as labels, licences or rejection reasons."""

import pandas as pd


def value_counts(values: pd.Series) -> dict[str, int]:
    """{value: count}, the most frequent value first, equally frequent ones in alphabetical order; no missing values."""
    counts = values.value_counts().items()
    return {str(value): int(count) for value, count in sorted(counts, key=lambda item: (-item[1], str(item[0])))}
