"""A folder whose files a node reads and writes itself, as a Kedro dataset."""

import os
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError


class FolderDataset(AbstractDataset[NoReturn, Path]):
    """Loads the path of a folder, which is created if missing.

    With `shared`, a relative path is below the main checkout even in a DVC experiment's temporary copy of the project
    (DVC sets the variable DVC_ROOT), so that its files outlive the copy.
    """

    def __init__(self, path: str, shared: bool = False, metadata: dict[str, Any] | None = None) -> None:
        root = os.environ.get("DVC_ROOT") if shared else None
        self._path = Path(root, Path(path).name) if root else Path(path)
        self.metadata = metadata

    def load(self) -> Path:
        self._path.mkdir(parents=True, exist_ok=True)
        return self._path

    def save(self, data: NoReturn) -> NoReturn:
        raise DatasetError(f"{self._path} is filled by the node that loads it; it cannot be saved.")

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return self._path.is_dir()
