"""``dashboard``: the market in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import say
from sim.common.children import python, safe_environment

_SIM = Path(__file__).resolve().parents[1]


def dashboards_folder() -> Path:
    """Return the folder of the dashboard: in an installed package, else beside ``sim`` in a checkout."""
    installed = _SIM / "_shipped" / "dashboards"
    return installed if installed.is_dir() else _SIM.parent / "dashboards"


def dashboard(
    port: Annotated[str, typer.Option("--port", metavar="N", help="Port of the web server.")] = "8501",
    address: Annotated[
        str,
        typer.Option("--address", metavar="HOST", help=("localhost: this machine only; 0.0.0.0: the whole network.")),
    ] = "localhost",
) -> int:
    """Open the market in a browser, for one user or a class. Ctrl-C stops it."""
    number = options.whole_number("--port", port, 1, 65535)
    say(f"http://{'localhost' if address == '0.0.0.0' else address}:{number}  (Ctrl-C stops it)")
    return serve(number, address)


def serve(port: int, address: str, more: Mapping[str, str] | None = None, settings: Sequence[str] = ()) -> int:
    """Run the server in place of this process until it is stopped.

    Args:
        port, address: where it listens.
        more: environment variables for it.
        settings: further options of Streamlit.
    """
    app = dashboards_folder() / "app.py"
    command = python("-m", "streamlit", "run", str(app))
    command += ["--server.port", str(port), "--server.address", address, *settings]
    environment = {**safe_environment(), **(more or {})}
    # A checkout that is not installed is found where this process found it, not in the current folder.
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_SIM.parent), os.environ.get("PYTHONPATH")]))
    if sys.platform != "win32":
        sys.stdout.flush()
        # Replaces this process, so that ending it ends the server and nothing is left running.
        os.execve(sys.executable, command, environment)
    return subprocess.call(command, env=environment)
