"""JSON, CSV and text as Kedro datasets that replace the file, so that no save writes through a link to DVC's cache."""

import json
from abc import abstractmethod
from pathlib import Path
from typing import Any, Generic, TypeVar

import pandas as pd
from kedro.io import AbstractDataset

from waveloom.execution.atomic_folder import replaced_file, replaced_folder

Content = TypeVar("Content")


class FileDataset(AbstractDataset[Content, Content], Generic[Content]):
    """One file in UTF-8; a save replaces the whole file, or nothing if it fails."""

    def __init__(
        self, filepath: str, save_args: dict[str, Any] | None = None, metadata: dict[str, Any] | None = None
    ) -> None:
        self._path = Path(filepath)
        self._save_args = save_args or {}
        self.metadata = metadata

    def save(self, data: Content) -> None:
        with replaced_file(self._path) as file:
            self._write(file, data)

    @abstractmethod
    def _write(self, file: Path, data: Content) -> None:
        """Write `data` into the new file."""

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._path)}

    def _exists(self) -> bool:
        return self._path.is_file()


class JSONDataset(FileDataset[Any]):
    """A JSON value; `save_args` are passed to json.dumps."""

    def load(self) -> Any:
        return json.loads(self._path.read_text(encoding="utf-8"))

    def _write(self, file: Path, data: Any) -> None:
        file.write_text(json.dumps(data, **self._save_args), encoding="utf-8", newline="\n")


class CSVDataset(FileDataset[pd.DataFrame]):
    """A CSV table; `save_args` are passed to pandas."""

    def load(self) -> pd.DataFrame:
        return pd.read_csv(self._path)

    def _write(self, file: Path, data: pd.DataFrame) -> None:
        data.to_csv(file, lineterminator="\n", **self._save_args)


class TextDataset(FileDataset[str]):
    """A text."""

    def load(self) -> str:
        return self._path.read_text(encoding="utf-8")

    def _write(self, file: Path, data: str) -> None:
        file.write_text(data, encoding="utf-8", newline="\n")


class TextFolderDataset(AbstractDataset[dict[str, str], dict[str, str]]):
    """A folder of text files by name, without `suffix`; a save replaces the whole folder."""

    def __init__(self, path: str, suffix: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = Path(path)
        self._suffix = suffix
        self.metadata = metadata

    def load(self) -> dict[str, str]:
        files = sorted(self._path.glob(f"*{self._suffix}"))
        return {file.name.removesuffix(self._suffix): file.read_text(encoding="utf-8") for file in files}

    def save(self, data: dict[str, str]) -> None:
        with replaced_folder(self._path) as folder:
            for name, text in data.items():
                (folder / f"{name}{self._suffix}").write_text(text, encoding="utf-8", newline="\n")

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self._path), "suffix": self._suffix}

    def _exists(self) -> bool:
        return self._path.is_dir()
