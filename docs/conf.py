"""How Sphinx builds the documentation site: `./run docs`. Every page is complete without any other server."""

from __future__ import annotations

import inspect
import logging
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

from plotly.offline import get_plotlyjs
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])  # for the notebooks' kernels

import sim  # noqa: E402 - from the sources beside this file
from sim.cases import case_names  # noqa: E402
from sim.common.provenance import version_of  # noqa: E402
from sim.publishing.publish import argument_page  # noqa: E402

project = "Middleman"
author = "The Middleman authors"
copyright = "The Middleman authors, MIT licence"
version = release = version_of("middleman")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["_build", "README.md"]
default_role = "code"
smartquotes = False  # two hyphens begin an option, and stay two

# Markdown
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist"]
suppress_warnings = ["myst.header"]  # pages of cases begin where their text begins

# Notebooks: run at every build, so that they cannot fall behind the code
nb_execution_mode = "force"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True

# Reference
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_inherit_docstrings = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
autosummary_generate = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True
add_module_names = False

# Looks
html_theme = "furo"
html_title = "Middleman"
html_static_path = ["static", "_build/assets"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"color-brand-primary": "#2f5d8a", "color-brand-content": "#2f5d8a"},
    "dark_css_variables": {"color-brand-primary": "#8fbce6", "color-brand-content": "#8fbce6"},
}
copybutton_prompt_text = "$ "
copybutton_exclude = ".linenos, .gp, .go"

BUILT = Path(__file__).parent / "_build"
ASSETS = BUILT / "assets"
"""What pages load that is taken from packages, and not from another server."""


def keep_kernels_quiet() -> None:
    """Give notebooks settings of their own, whatever this machine's are; only errors are worth a line."""
    profile = BUILT / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text("get_config().IPKernelApp.log_level = 40\n", encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(profile.parent)
    logging.getLogger("traitlets").setLevel(logging.WARNING)


def give_charts_their_library() -> None:
    """Write plotly's JavaScript where pages find it."""
    ASSETS.mkdir(parents=True, exist_ok=True)
    (ASSETS / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")


def publish_the_argument() -> None:
    """Write the argument as a page of the site that needs no server."""
    (ASSETS / "argument.html").write_text(argument_page(), encoding="utf-8")


def fill_in(app: Any, name: str, source: list[str]) -> None:
    """Give pages what they list or link to: GitHub would show navigation as code, names and pages are made here."""
    if name == "guides/publish":
        source[0] += '\n<a href="../_static/argument.html">The argument as one page</a>\n'
    if name == "cases/README":
        source[0] += "\n```{toctree}\n:hidden:\n\n" + "\n".join(case_names()) + "\n```\n"
    if name == "reference/api":
        public = [each for each in sim.__all__ if not each.startswith("_")]
        classes = [each for each in public if inspect.isclass(getattr(sim, each))]
        functions = [each for each in public if each not in classes]
        source[0] = source[0].replace("FUNCTIONS", documented("autofunction", functions))
        source[0] = source[0].replace("CLASSES", documented("autoclass", classes))


def documented(directive: str, names: Sequence[str]) -> str:
    """Return a table of public names and what there is to say of each."""
    each = "\n".join(
        f".. {directive}:: {name}\n{'   :members:' if directive == 'autoclass' else ''}\n" for name in names
    )
    summary = "\n".join(f"   {name}" for name in names)
    return f"```{{eval-rst}}\n.. currentmodule:: sim\n\n.. autosummary::\n   :nosignatures:\n\n{summary}\n\n{each}\n```"


def leave_out_fields(*event: Any) -> tuple[str, str] | None:
    """Return an empty signature for classes that nobody makes by hand; their fields are described below it."""
    _, what, _, thing, *_ = event
    is_plain_data = what == "class" and (is_dataclass(thing) or issubclass(thing, BaseModel))
    return ("", "") if is_plain_data else None


def keep_colons(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Rewrite what napoleon takes for a type: ``a, b: ...`` of attributes, and a colon in a property's first line."""
    if what == "class":
        several = re.compile(r"^( +\w+)((?:, \w+)+)(?=: )")
        lines[:] = [several.sub(lambda found: found[0].replace(", ", "/"), line) for line in lines]
    if what in ("property", "attribute") and lines:
        lines[0] = lines[0].replace(": ", " - ")


def is_field(app: Any, what: str, name: str, thing: Any, is_left_out: bool, options: Any) -> bool | None:
    """Leave out fields of named tuples, which are described below their class."""
    return True if type(thing).__name__ == "_tuplegetter" else None


def setup(app: Any) -> None:
    """Connect the functions above."""
    give_charts_their_library()
    publish_the_argument()
    keep_kernels_quiet()
    app.connect("source-read", fill_in)
    app.connect("autodoc-skip-member", is_field)
    app.connect("autodoc-process-signature", leave_out_fields)
    app.connect("autodoc-process-docstring", keep_colons, priority=100)  # before napoleon
