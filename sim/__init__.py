"""A market with and without its middlemen: the public names, with the same verbs as the command line.

``sim/__init__.pyi`` lists them, once for people, type checkers and this file. Each is imported when it is first used,
so that ``import sim`` costs next to nothing (Scientific Python Ecosystem, SPEC 1).
"""

import ast as _ast
from importlib import import_module as _import_module
from pathlib import Path as _Path

from sim.common.presentation import present_with as _present_with

_present_with("sim.report.notebook")
_DEFINED_IN = {
    alias.asname: (node.module, alias.name)
    for node in _ast.parse(_Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")).body
    if isinstance(node, _ast.ImportFrom)
    for alias in node.names
}
__all__ = ["__version__", *_DEFINED_IN]  # noqa: PLE0604 - strings, all of them


def __getattr__(name: str) -> object:
    """Import a public name at its first use (PEP 562)."""
    if name == "__version__":
        from sim.common.provenance import version_of

        return version_of("middleman")
    if name not in _DEFINED_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, defined = _DEFINED_IN[name]
    value = getattr(_import_module(module), defined)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted(__all__)
