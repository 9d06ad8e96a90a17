"""A process with an archive of its own, for tests of what a kill leaves.

It reads lines, does each in a child (a fork: starting Django takes long), and answers `exit CODE` at the end.
`fill N` adds articles, `delete NUMBER` removes one, `index` indexes, `hold` makes a new index until it is killed,
`reindex PHASE DONE` makes a new one and kills itself where it has come so far; with the phase `worker` two processes
help, which are killed instead. `change PHASE` makes a new one too, `change back` puts the previous one back: in that
phase (for `back` at once) articles come, change and go, and it kills itself while it catches up with them.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from typing import Any


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsapi.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    connections.close_all()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            name, *arguments = line.split()
            DO[name](*arguments)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say(f"exit {os.waitstatus_to_exitcode(status)}")


def fill(count: str) -> None:
    from tests.search.changes import add, document

    add(*(document(f"text {n}") for n in range(int(count))))
    index()


def delete(number: str) -> None:
    from articles.models import Article
    from tests.search import changes

    changes.delete(Article.objects.get(number=number))


def index() -> None:
    from search.indexing import Indexer
    from tests.search.changes import follow

    indexer = Indexer()
    follow(indexer)
    indexer.close()


def hold() -> None:
    from search.reindexing import Reindex

    def wait(*_: Any) -> None:
        say("held")
        time.sleep(600)

    Reindex(progress=wait).run()


def reindex(phase: str, limit: str) -> None:
    from search import building, reindexing

    building.WORTH_IT = building.STEP = 20
    reindexing.COMMIT_EVERY = 0
    if phase == "activated":
        reindexing.Reindex._report = lambda *_: kill()  # type: ignore[method-assign]

    def progress(now: reindexing.Phase, done: int, total: int) -> None:
        say(json.dumps([now, done, total]))
        if phase == "worker" and now == "building" and done == int(limit):
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)
        elif phase == now and done >= int(limit):
            kill()

    report = reindexing.Reindex(workers=2 if phase == "worker" else 1, progress=progress).run()
    say(json.dumps(["report", report.articles, int(report.resumed)]))


def change(phase: str) -> None:
    from search import building, reindexing

    building.STEP = 20
    reindexing.COMMIT_EVERY = 0
    changed = phase == "back"
    if changed:
        come_change_and_go()

    def progress(now: reindexing.Phase, done: int, total: int) -> None:
        nonlocal changed
        if changed and now == "catching up":
            kill()
        elif now == phase and not changed:
            changed = True
            come_change_and_go()

    new = reindexing.Reindex(workers=1, progress=progress)
    new.rollback() if phase == "back" else new.run()


def come_change_and_go() -> None:
    """Ten new articles, one of them with other words, two fewer of those that were there."""
    from articles.models import Article
    from tests.search import changes

    one, two, three, *_ = Article.objects.filter(deleted_at=None, document__body__startswith="text").order_by("number")
    changes.add(*(changes.document("later") for _ in range(10)))
    changes.edit(one, document=changes.document("other"))
    changes.delete(two)
    changes.delete(three)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


DO = {"fill": fill, "delete": delete, "index": index, "hold": hold, "reindex": reindex, "change": change}

if __name__ == "__main__":
    main()
