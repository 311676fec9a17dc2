"""Embeddings that are installed, each with the scale fitted on the training sounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType, ModuleType

import numpy as np
import pandas as pd

from waveloom.config import plugins
from waveloom.config.errors import InputError
from waveloom.evaluation import embeddings
from waveloom.evaluation.embedding_cache import embed_cached
from waveloom.features import Features, scaling
from waveloom.features.table import feature_columns


@dataclass(frozen=True)
class Embedder:
    """An embedding plug-in with its settings; `scaler` is fitted on training sounds, None if rows are not scaled."""

    name: str
    module: ModuleType
    rate_hz: int
    features: Features
    scaler: scaling.Scaler | None

    def embed(self, clips: np.ndarray, cache: Path | None = None) -> np.ndarray:
        """Embed clips (n, samples) as rows (n, d) float32; with a folder `cache`, rows stored there are reused."""
        settings = self.rate_hz, self.features
        if cache is None:
            rows = self.module.embed(clips, *settings)
        else:
            rows = embed_cached(self.module, clips, *settings, cache)
        if not np.isfinite(rows).all():
            raise InputError(f"The embedding {self.name} gave NaN or infinite values; repair or drop these clips.")
        return rows if self.scaler is None else scaling.apply(self.scaler, rows)


def load_embedders(
    train: np.ndarray,
    rate_hz: int,
    features: Features,
    scalers: Mapping[str, scaling.Scaler] = MappingProxyType({}),
    cache: Path | None = None,
) -> tuple[dict[str, Embedder], dict[str, str]]:
    """Load every installed embedding, and give {name: reason} for the others.

    An embedding without one of the `scalers` is standardised by the clips `train`, if it asks for it.
    """
    modules = {name: plugins.load(embeddings, name) for name in plugins.available(embeddings)}
    missing = {name: reason for name, module in modules.items() if (reason := module.missing())}
    usable = {name: module for name, module in modules.items() if name not in missing}
    plain = {name: Embedder(name, module, rate_hz, features, scalers.get(name)) for name, module in usable.items()}
    return {name: _with_scaler(embedder, train, cache) for name, embedder in plain.items()}, missing


def _with_scaler(embedder: Embedder, train: np.ndarray, cache: Path | None) -> Embedder:
    if embedder.scaler is not None or not embedder.module.STANDARDISE:
        return embedder
    return replace(embedder, scaler=scaling.fit(embedder.embed(train, cache)))


def scaled_table(embedder: Embedder, table: pd.DataFrame) -> pd.DataFrame:
    """Scale the columns of the feature table as the embedder `FEATURE_TABLE` scales its rows."""
    assert embedder.scaler is not None
    columns = feature_columns(table)
    scaled = pd.DataFrame(scaling.apply(embedder.scaler, table), table.index, columns)
    return table.drop(columns=columns).join(scaled)
