"""Weights that lie inside an installed package: found without running its code, checked before they are used."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from waveloom.config.errors import InputError


@dataclass(frozen=True)
class Weights:
    """Files of `package`, below its `folder`, each with the SHA-256 (hex) of the only content that will do."""

    package: str
    folder: str
    sha256: Mapping[str, str]

    def missing(self) -> bool:
        """Say whether the package is not installed."""
        return self._place() is None

    def checked(self) -> Path:
        """Give the folder once every file in it is the one we know; InputError if not."""
        place = self._place()
        if place is None:
            raise InputError(f"{self.package} is not installed, and its weights are needed; make setup brings it.")
        for name, expected in self.sha256.items():
            file = place / name
            found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
            if found != expected:
                raise InputError(
                    f"{file} has SHA-256 {found}; the weights we know have {expected}. Install {self.package} again, "
                    "in the version that pyproject.toml names."
                )
        return place

    def version(self) -> str:
        """SHA-256 (hex) over the files' own, in their order; the files are checked first."""
        self.checked()
        return hashlib.sha256("".join(self.sha256.values()).encode()).hexdigest()

    def _place(self) -> Path | None:
        spec = find_spec(self.package)
        return Path(spec.origin).parent / self.folder if spec and spec.origin else None
