"""`newsapi key`: make, list and revoke API keys."""

from __future__ import annotations

import argparse

from newsapi.cli.django import setup
from newsapi.cli.output import say

SCOPES = ("read", "ingest", "admin")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    found = commands.add_parser("key", help="make, list and revoke API keys", description=__doc__)
    actions = found.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key; it is shown once, on stdout")
    create.add_argument("name", help="what it is for")
    create.add_argument(
        "--scope",
        action="append",
        choices=SCOPES,
        help="what it may do; may be repeated (default: read). read searches, ingest adds and corrects, admin all",
    )
    create.add_argument("--rate", type=_number, metavar="N", help="requests a minute; 0 is without limit (RATE_LIMIT)")
    create.add_argument("--quota", type=_number, metavar="N", help="requests a day; 0 is without limit (DAILY_QUOTA)")
    actions.add_parser("list", help="the keys there are: prefix, name, scopes, when last used")
    revoke = actions.add_parser("revoke", help="make a key invalid, within 5 seconds everywhere")
    revoke.add_argument("key", help="its name, prefix or id, as `newsapi key list` shows them")
    found.set_defaults(func=run)


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError("it must be a whole number from 0 to 999999999")


def run(args: argparse.Namespace) -> int:
    setup()
    from access import services

    if args.action == "create":
        key, plaintext = services.create_key(args.name, args.scope or ["read"], rate=args.rate, quota=args.quota)
        print(plaintext, flush=True)
        say(f"{key.name}: {', '.join(key.scopes)}. It is not kept anywhere: note it now.")
        return 0
    if args.action == "list":
        for key in services.list_keys():
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            state = "revoked" if key.revoked_at else ", ".join(key.scopes)
            print(f"{key.prefix:<14}{key.name:<24}{state:<24}used {used}  {key.id}")
        return 0
    say(f"{services.revoke(args.key).name} is revoked.")
    return 0
