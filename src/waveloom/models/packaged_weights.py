"""Weights in the files of an installed package: found without running its code, and verified before use."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from waveloom.config.errors import InputError


@dataclass(frozen=True)
class Weights:
    """Files of `package`, below its `folder`, each with the SHA-256 (hex) that its content must have."""

    package: str
    folder: str
    sha256: Mapping[str, str]

    def missing(self) -> bool:
        """Whether the package is not installed."""
        return self._folder() is None

    def checked(self) -> Path:
        """Return the folder after verifying every file in it; InputError if one differs."""
        folder = self._folder()
        if folder is None:
            raise InputError(f"{self.package} is not installed, and its weights are needed; make setup brings it.")
        for name, expected in self.sha256.items():
            file = folder / name
            found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
            if found != expected:
                raise InputError(
                    f"{file} has SHA-256 {found}; the expected weights have {expected}. Install {self.package} again, "
                    "in the version that pyproject.toml names."
                )
        return folder

    def version(self) -> str:
        """SHA-256 (hex) over those of the files, in their order, after verifying them."""
        self.checked()
        return hashlib.sha256("".join(self.sha256.values()).encode()).hexdigest()

    def _folder(self) -> Path | None:
        spec = find_spec(self.package)
        return Path(spec.origin).parent / self.folder if spec and spec.origin else None
