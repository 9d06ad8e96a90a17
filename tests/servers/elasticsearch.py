"""A real single-node Elasticsearch: the minimal distribution that Elastic publishes to Maven for integration tests.

It is the real engine without some modules (language analyzers, scripts, percolator, security and more).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.servers.process import Server, ServerFailed, ServerMissing, free_port

VERSION = "8.19.0"
SHA256 = "14833b2d86c30656901f92049f81fb5777a8e4545413c8656cd1a21b55173033"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
HOW = "Java 17 or newer and Maven (Debian: apt install default-jre-headless maven), and about 300 MB of disk"
HEAP = "768m"


def cache_dir() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "newsapi-tests"


def java_home() -> str:
    """Raises ServerMissing."""
    home = os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return home
    if path := shutil.which("java"):
        return str(Path(path).resolve().parent.parent)
    raise ServerMissing(HOW)


def distribution() -> Path:
    """The zip, from the cache or by Maven, its checksum tested. Raises ServerMissing, ServerFailed."""
    target = cache_dir() / f"elasticsearch-{VERSION}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "lock").open("w") as lock:
        # Another run at the same time waits for the one download.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_file() or _sha256(target) != SHA256:
            _fetch(target)
    return target


def _fetch(target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerMissing(HOW)
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={target.parent}"]
    done = subprocess.run(command, cwd=target.parent, capture_output=True, text=True)
    if done.returncode:
        raise ServerMissing(
            f"Elasticsearch {VERSION}, which Maven could not fetch: {(done.stdout + done.stderr)[-300:]}"
        )
    if _sha256(target) != SHA256:
        target.unlink()
        raise ServerFailed(f"Maven gave an Elasticsearch whose checksum is not {SHA256}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Elasticsearch(Server):
    name = "elasticsearch"
    needs_user = True
    # Each index that a test makes is written to disk several times over.
    in_memory = True
    start_within = 120.0

    def __init__(self) -> None:
        self.java = java_home()
        self.zip = distribution()
        super().__init__()
        self.transport_port = free_port()
        self.home = self.directory / f"elasticsearch-{VERSION}"

    def prepare(self) -> None:
        with zipfile.ZipFile(self.zip) as file:
            file.extractall(self.directory)
        for program in (self.home / "bin").iterdir():
            program.chmod(0o755)
        settings = {
            "discovery.type": "single-node",
            "network.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport_port,
            "xpack.security.enabled": "false",
            # A test machine's disk may be nearly full; the index here is small.
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "action.destructive_requires_name": "false",
        }
        lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
        (self.home / "config" / "elasticsearch.yml").write_text(lines)
        self.own(self.directory)

    def command(self) -> list[str]:
        return [str(self.home / "bin" / "elasticsearch")]

    def environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        # C1 alone halves the start, and a short run never pays back what C2 costs.
        options = f"-Xms{HEAP} -Xmx{HEAP} -XX:TieredStopAtLevel=1 -XX:-AlwaysPreTouch"
        return {**kept, "ES_JAVA_HOME": self.java, "ES_JAVA_OPTS": options, "HOME": str(self.directory)}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=3):
                return True
        except (urllib.error.URLError, OSError):
            return False
