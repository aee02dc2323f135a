"""The commands of ``middleman`` and their exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from sim.cli import errors
from sim.cli.auditing import audit
from sim.cli.cases import case
from sim.cli.classroom import open_class
from sim.cli.comparing import compare
from sim.cli.console import say, use_replacement_characters, write_no_more
from sim.cli.dashboard import dashboard
from sim.cli.deciding import decide
from sim.cli.discovering import discover
from sim.cli.explaining import explain
from sim.cli.exporting import export
from sim.cli.fitting import fit
from sim.cli.frontiers import frontier
from sim.cli.help import GroupedCommands
from sim.cli.importing import import_table
from sim.cli.optimising import optimise
from sim.cli.publishing import publish
from sim.cli.running import run
from sim.cli.scenarios import check, list_all, new
from sim.cli.sensitivities import sensitivity
from sim.cli.sweeping import results, sweep
from sim.cli.theory import theory
from sim.cli.tiers import tiers
from sim.cli.tracing import trace
from sim.cli.worths import worth

app = typer.Typer(
    name="middleman",
    cls=GroupedCommands,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A market with and without middlemen: who gains, who pays, who waits.",
)
app.command("list")(list_all)
app.command("new")(new)
app.command("check")(check)
app.command("import")(import_table)
app.command("explain")(explain)
app.command("run")(run)
app.command("compare")(compare)
app.command("trace")(trace)
app.command("sweep")(sweep)
app.command("results")(results)
app.command("frontier")(frontier)
app.command("sensitivity")(sensitivity)
app.command("discover")(discover)
app.command("optimise")(optimise)
app.command("worth")(worth)
app.command("audit")(audit)
app.command("tiers")(tiers)
app.command("theory")(theory)
app.command("case")(case)
app.command("fit")(fit)
app.command("decide")(decide)
app.command("export")(export)
app.command("publish")(publish)
app.command("dashboard")(dashboard)
app.command("class")(open_class)


def _print_version(wanted: bool) -> None:
    if wanted:
        from sim.common.provenance import version_of

        print(f"middleman {version_of('middleman')}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def answer(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command. Returns the exit code; errors go to standard error.

    Raises KeyboardInterrupt when Ctrl-C was pressed.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:  # started with standard output closed
        say("standard output is closed, so the answer cannot be printed; redirect it to a file")
        return errors.BAD_INPUT
    if sys.stderr is None:  # error messages then go nowhere, and never among the answers
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    use_replacement_characters()
    try:
        command: Any = typer.main.get_command(app)
        ended = command.main(given or ["--help"], prog_name="middleman", standalone_mode=False, obj=given)
        sys.stdout.flush()
        code = int(ended or errors.DONE)
        if code == errors.INTERRUPTED:  # typer says it so
            raise KeyboardInterrupt
    except (BrokenPipeError, SystemExit):  # the reader has stopped, as after `| head`; rich and typer want to exit then
        write_no_more()
        code = errors.DONE
    except Exception as error:  # the last chance to explain an error
        code = errors.explained(error)
        try:
            sys.stdout.flush()
        except (OSError, ValueError):  # on a full disk; Python would try again at exit and set its own exit code
            write_no_more()
    return code
