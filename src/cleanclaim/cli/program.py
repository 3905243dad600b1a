"""The program and its groups: commands are found by name and imported when they are needed."""

import errno
import sys
from collections.abc import Mapping
from importlib import import_module

import click

from cleanclaim.kernel.errors import CleanclaimError

# Exit status beside 0: findings that block, and an input or a call that is unusable.
BLOCKED, UNUSABLE = 1, 2


class Failure(click.ClickException):
    """What stopped a command, in one line."""

    exit_code = UNUSABLE

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Say it on standard error."""
        click.echo(f"cleanclaim: {self.message}", err=True)


class LazyGroup(click.Group):
    """A group that knows its commands by module and a line of help, and imports the one called.

    So ``cleanclaim --help`` and the commands without a database never load Django.
    """

    def __init__(self, commands: Mapping[str, tuple[str, str]], **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.known = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order of the table, which is the order of use."""
        return [*self.known, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command."""
        if cmd_name not in self.known:
            return super().get_command(ctx, cmd_name)
        command = getattr(import_module(self.known[cmd_name][0]), "command")  # noqa: B009
        return command if isinstance(command, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands from the table, without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, told) in self.known.items()])


class Program(LazyGroup):
    """The whole program: whatever goes wrong outside the data becomes one line and status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, turning what we raise on purpose into a failure."""
        try:
            return super().invoke(ctx)
        except CleanclaimError as error:
            raise Failure(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise Failure(told_of(error)) from None
        except Exception as error:
            if not _is_of_database(error):
                raise
            # Its own words may quote a row, and a row may be a patient's.
            msg = f"the database failed: {type(error).__name__}"
            raise Failure(msg) from None


def told_of(error: OSError) -> str:
    """Say in one line what the system refused."""
    words = error.strerror or type(error).__name__
    return words if error.filename is None else f"{error.filename}: {words}"


def _is_of_database(error: Exception) -> bool:
    """Tell whether Django's or psycopg's errors are its ancestors, loading neither."""
    modules = (sys.modules.get(name) for name in ("django.db.utils", "psycopg"))
    kinds = tuple(
        kind
        for module in modules
        if module is not None
        for kind in (getattr(module, "Error", None),)
        if isinstance(kind, type)
    )
    return isinstance(error, kinds)


_COMMANDS = {
    "demo": ("cleanclaim.cli.demo", "Live through a synthetic half year, then serve it."),
    "serve": ("cleanclaim.cli.serve", "Serve the web app on what is in the data folder."),
    "cycle": ("cleanclaim.cli.cycle", "Take claims of other software through the whole cycle."),
    "x12": ("cleanclaim.cli.x12", "Check, show, turn over and acknowledge X12 files."),
    "scrub": ("cleanclaim.cli.scrub", "Run the edits over the claims of an 837P."),
    "reference": ("cleanclaim.cli.reference", "Load, list and search code and fee tables."),
    "price": ("cleanclaim.cli.price", "Price a service by the loaded tables, step by step."),
    "code": ("cleanclaim.cli.code", "Read codes out of a note, with the words behind them."),
    "remit": ("cleanclaim.cli.remit", "Check the remittances of an 835."),
    "credentialing": (
        "cleanclaim.cli.credentialing",
        "Look providers up on lists of excluded people.",
    ),
    "token": ("cleanclaim.cli.token", "Make, list and revoke access tokens of the REST API."),
    "report": ("cleanclaim.cli.report", "Print what the books say, and why any cent is there."),
    "audit": ("cleanclaim.cli.audit", "Prove that the record of events is whole."),
}

main = Program(
    _COMMANDS,
    name="cleanclaim",
    help="Coding, billing and credentialing of a medical practice on one record and one ledger.",
    epilog="Exit status: 0 done and clean, 1 findings that block, 2 unusable input or call.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
# By name, so that the package's metadata is read only when the version is asked for.
main = click.version_option(package_name="cleanclaim", prog_name="cleanclaim")(main)
