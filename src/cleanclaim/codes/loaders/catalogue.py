"""Every loader, imported so that its formats and kinds are known."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from cleanclaim.codes import loaders, tables


def know_all() -> None:
    """Import every module of tables and of loaders; each registers what it has."""
    for package in (tables, loaders):
        for module in iter_modules(package.__path__):
            _import(package, module.name)


def _import(package: ModuleType, name: str) -> None:
    if name != "catalogue":
        import_module(f"{package.__name__}.{name}")
