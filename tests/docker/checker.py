"""The reader of compose files that `docker compose` has in it, as a program: Go builds it once, and it is kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.servers.elasticsearch import cache_dir
from tests.servers.process import ServerMissing

VERSION = "v2.16.2"
PROGRAM = f"github.com/compose-spec/compose-go/v2/cmd@{VERSION}"
HOW = "Go 1.24 or newer, which builds the reader of compose files in half a minute"
BUILT_WITHIN = 180.0


def checker() -> Path:
    """The program: it takes a file and ends with 1, saying why, where that is no compose file. Raises ServerMissing."""
    target = cache_dir() / f"compose-go-{VERSION}"
    if not target.is_file():
        go = shutil.which("go")
        if go is None:
            raise ServerMissing(HOW)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as place:
            _build(go, Path(place))
            (Path(place) / "cmd").replace(target)
    return target


def _build(go: str, place: Path) -> None:
    """What is downloaded and compiled on the way goes with `place`."""
    env = {
        **os.environ,
        "GOBIN": str(place), "GOPATH": str(place / "path"), "GOCACHE": str(place / "cache"),
        "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "local",
    }  # fmt: skip
    try:
        subprocess.run([go, "install", PROGRAM], env=env, capture_output=True, check=True, timeout=BUILT_WITHIN)
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise ServerMissing(f"{HOW}; it said: {said[-1] if said else error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise ServerMissing(f"{HOW}; it took longer than {BUILT_WITHIN:g} s") from error
