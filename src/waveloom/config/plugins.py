"""Plug-ins: each is a module of a package and is chosen by its name."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from waveloom.config.errors import InputError, suggestion


def available(package: ModuleType) -> list[str]:
    """List the plug-ins of `package`: its modules, sorted, without those that begin with an underscore."""
    return sorted(m.name for m in iter_modules(package.__path__) if not m.name.startswith("_"))


def load(package: ModuleType, name: str) -> ModuleType:
    """Import `package.<name>`; InputError lists the names that exist."""
    if name not in available(package):
        kind = package.__name__.rpartition(".")[2]
        raise InputError(
            f"There is no {name!r} in {kind}; choose from {', '.join(available(package))}."
            f"{suggestion(name, available(package))}"
        )
    return import_module(f"{package.__name__}.{name}")
