"""A folder that a node works in by itself."""

import os
from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset, DatasetError


class FolderDataset(AbstractDataset[NoReturn, Path]):
    """Gives the path of a folder, made if it is missing.

    With `shared`, a relative path stands below the main checkout even in a DVC experiment's temporary copy of the
    project (the variable DVC_ROOT, set by DVC), so that what must outlive the copy does.
    """

    def __init__(self, path: str, shared: bool = False, metadata: dict[str, Any] | None = None) -> None:
        root = os.environ.get("DVC_ROOT") if shared else None
        self._path = Path(root, Path(path).name) if root else Path(path)
        self.metadata = metadata

    def load(self) -> Path:
        self._path.mkdir(parents=True, exist_ok=True)
        return self._path

    def save(self, data: NoReturn) -> NoReturn:
        raise DatasetError(f"{self._path} is filled by the node that loads it, not saved as a whole.")

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path)}

    def _exists(self) -> bool:
        return self._path.is_dir()
