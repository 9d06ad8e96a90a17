"""`newsapi migrate`: the database brought to the newest form, before any other process starts."""

from __future__ import annotations

import argparse

from newsapi.cli.output import say


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser(
        "migrate",
        help="bring the database to the newest form",
        description="Waits for the database, runs what migrations are missing and makes the first API key. `newsapi"
        " serve` and `--role web` do so themselves at every start; several at once take turns.",
    )
    found.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    from newsapi.cli import prepare
    from newsapi.env import load
    from newsapi.serving import data_dir

    data_dir.make(load())
    code = prepare.prepare(sample=False)
    if not code:
        say("The database is in the newest form.")
    return code
