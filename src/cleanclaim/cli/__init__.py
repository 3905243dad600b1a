"""The command line: one module a command, loaded when it is called."""

from cleanclaim.cli.program import main

__all__ = ["main"]
