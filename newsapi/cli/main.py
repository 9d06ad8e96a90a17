"""The `newsapi` command: one subcommand a module, each imported light and heavy only when it runs."""

from __future__ import annotations

import argparse
import os
import sys

from newsapi import __version__
from newsapi.cli import (
    backup,
    duplicates,
    evaluate,
    ingest,
    key,
    listen,
    migrate,
    reconcile,
    reindex,
    serve,
    status,
    structure,
)
from newsapi.cli import output as out
from newsapi.env import SettingError
from newsapi.errors import NewsApiError
from newsapi.serving.data_dir import StartError

DESCRIPTION = """\
Turns raw news into structured articles and answers questions about them.

  newsapi serve                     run the whole service on this machine
  newsapi structure page.txt        raw text to JSON, with no database
  newsapi ingest *.txt              into the archive, from the shell
  newsapi status                    what runs, and what is in the archive
"""


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="newsapi",
        description=DESCRIPTION,
        epilog="Settings are environment variables; docs/settings.md lists them all.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--version", action="version", version=f"newsapi {__version__}")
    commands = found.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (
        serve,
        structure,
        ingest,
        reindex,
        reconcile,
        status,
        key,
        listen,
        migrate,
        backup,
        duplicates,
        evaluate,
    ):
        module.register(commands)
    return found


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 some of it failed, 2 it could not start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    args = parser().parse_args(argv)
    try:
        return int(args.func(args))
    except (SettingError, StartError) as error:
        out.fail(str(error))
        return 2
    except NewsApiError as error:
        out.fail(error.detail)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has enough (head, less); there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
