"""The commands of `waveloom`. (Kedro expects its own commands in a module called cli, hence the name.)"""

from typing import Annotated

import typer

from waveloom.commands import (
    classify,
    controls,
    doctor,
    export,
    generate,
    leaderboard,
    listen,
    new,
    project,
    score,
    tidy,
    transfer,
    ui,
)

HELP = """Waveloom turns a collection of sounds into a generator of new ones, or a translator between their timbres.

`dvc repro` runs the whole chain and `kedro run --pipeline train` one stage; these commands do the rest."""

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


def _print_version(requested: bool) -> None:
    if requested:
        import waveloom

        typer.echo(f"waveloom {waveloom.__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
]


@app.callback(help=HELP)
def main(version: Version = False) -> None:
    """Take the options that come before a command; each ends the command itself."""


app.add_typer(listen.app, name="listen")
app.command(epilog=new.EXAMPLES)(new.new)
app.command(epilog=generate.EXAMPLES)(generate.generate)
app.command(epilog=transfer.EXAMPLES)(transfer.transfer)
app.command(epilog=controls.EXAMPLES)(controls.controls)
app.command(epilog=export.EXAMPLES)(export.export)
app.command(epilog=classify.EXAMPLES)(classify.classify)
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)
app.command(epilog=score.EXAMPLES)(score.score)
app.command(epilog=leaderboard.EXAMPLES)(leaderboard.leaderboard)
app.command(epilog=ui.EXAMPLES)(ui.ui)
app.command(epilog=project.USE_EXAMPLES)(project.use)
app.command(epilog=project.SYNC_EXAMPLES)(project.sync)
app.command(epilog=project.RESULTS_EXAMPLES)(project.results)
app.command(epilog=tidy.EXAMPLES)(tidy.tidy)
