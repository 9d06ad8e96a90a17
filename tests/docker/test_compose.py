"""The compose files say nothing that the code does not know: every setting, command, role, queue and file exists."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from docker import make_env
from newsapi.cli.main import parser
from newsapi.env import SETTINGS, load
from newsapi.serving.roles import QUEUES, ROLES, read_queues
from tests.docker.checker import checker
from tests.docker.composed import DOCKER, FILES, Compose, ours, read, variables
from tests.servers.process import ServerMissing

VALUES = dict.fromkeys(make_env.SECRETS, "0123456789abcdef" * 4)
ELSEWHERE = re.compile(r"https?://(?!127\.0\.0\.1\b|elastic:)")


@pytest.fixture(params=FILES)
def compose(request: pytest.FixtureRequest) -> Compose:
    return read(request.param, **VALUES)


@pytest.fixture
def full() -> Compose:
    return read("compose.yml", **VALUES)


def test_every_setting_exists_and_can_be_used(compose: Compose) -> None:
    known = {setting.name for setting in SETTINGS}
    for name, service in ours(compose).items():
        environment = service.get("environment", {})
        assert environment.keys() <= known, name
        assert all(isinstance(value, str) for value in environment.values()), f"{name}: YAML would change a bare value"
        load(environment)


def test_every_command_and_role_exists(compose: Compose) -> None:
    commands = parser()
    for name, service in ours(compose).items():
        program, *arguments = service["command"]
        assert program == "newsapi", name
        args = commands.parse_args(arguments)
        if getattr(args, "queues", None):
            read_queues(args.queues)


def _served(service: Compose) -> tuple[str, str]:
    args: Any = parser().parse_args(service["command"][1:])
    return getattr(args, "role", ""), getattr(args, "queues", None) or ""


def test_the_roles_make_a_whole_service(full: Compose) -> None:
    served = [_served(service) for service in ours(full).values()]
    roles = [role for role, _ in served]
    assert set(roles) - {""} == set(ROLES) - {"indexer"}, "the indexer runs beside the worker of `index`"
    assert roles.count("beat") == 1
    queues = [queue for role, names in served if role == "worker" for queue in names.split(",")]
    assert sorted(queues) == sorted(QUEUES)


def test_stores_are_given_to_every_role(full: Compose) -> None:
    for name, service in ours(full).items():
        settings = load(service["environment"])
        assert settings.database_url.startswith("postgresql://"), name
        assert settings.search_url.startswith("http://"), name
        assert not settings.embedded_redis, name


def test_services_start_in_the_order_of_health(compose: Compose) -> None:
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            check = services[needed].get("healthcheck", {})
            if how["condition"] == "service_healthy":
                assert check.get("test"), f"{name} waits for {needed}, which has no check"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert services[needed]["restart"] == "no", f"{name} waits for the end of {needed}"


def test_everything_is_bounded_and_nothing_runs_as_root(compose: Compose) -> None:
    for name, service in compose["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert limits.keys() == {"cpus", "memory"}, name
    for name, service in ours(compose).items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "user" not in service, f"{name}: the image's user is not root"
        writable = {mount.split(":")[0] for mount in service["tmpfs"]}
        writable |= {mount.split(":")[1] for mount in service.get("volumes", [])}
        assert writable == {"/tmp", "/data"}, name


def test_volumes_are_named_and_all_in_use(compose: Compose) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]
    used = {mount.split(":")[0] for mount in mounts}
    assert used == compose["volumes"].keys()


def test_stores_keep_what_they_have(full: Compose) -> None:
    services = full["services"]
    for store in ("postgres", "redis", "elasticsearch"):
        assert services[store]["volumes"] and services[store]["networks"] == ["stores"], store
    assert full["networks"]["stores"] == {"internal": True}
    redis = services["redis"]["command"]
    options = dict(zip(redis[1::2], redis[2::2], strict=True))
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--requirepass"] == VALUES["REDIS_PASSWORD"]
    version = services["elasticsearch"]["image"].removeprefix("elasticsearch:").split(".")
    assert (int(version[0]), int(version[1])) >= (8, 19)


def test_ports_are_published_on_this_machine_only(compose: Compose) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert list(ports.values()) == [["127.0.0.1:8000:8000"]]


def test_secrets_come_from_the_file_that_make_writes() -> None:
    required = {name for file in FILES for name, default in variables(file).items() if default is None}
    assert required == set(make_env.SECRETS)
    with pytest.raises(KeyError):
        read("compose.yml")
    read("compose.dev.yml")


def test_no_file_names_a_host_to_download_from() -> None:
    texts = {path.name: path.read_text() for path in DOCKER.iterdir() if path.is_file() and path.name != ".env"}
    assert not [name for name, text in texts.items() if ELSEWHERE.search(text)]
    images = [service["image"] for file in FILES for service in read(file, **VALUES)["services"].values()]
    images += re.findall(r"^FROM (\S+)", texts["Dockerfile"], re.MULTILINE)
    assert not [image for image in images if "." in image.rpartition("/")[0]]


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    make_env.main(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    made = dict(line.split("=") for line in path.read_text().splitlines())
    assert made.keys() == set(make_env.SECRETS)
    assert len(set(made.values())) == len(made) and all(re.fullmatch("[0-9a-f]{64}", each) for each in made.values())
    first = path.read_text()
    make_env.main(path)
    assert path.read_text() == first
    path.write_text("ALLOWED_HOSTS=news.example.org\nPOSTGRES_PASSWORD=old\nREDIS_PASSWORD=")
    make_env.main(path)
    read_back = dict(line.split("=") for line in path.read_text().splitlines())
    assert read_back["ALLOWED_HOSTS"] == "news.example.org"
    assert read_back["POSTGRES_PASSWORD"] == "old"
    assert len(read_back["REDIS_PASSWORD"]) == 64, "an empty one counts as missing; the last line counts"
    assert list(tmp_path.iterdir()) == [path]


def test_make_env_writes_the_file_that_compose_reads() -> None:
    shown = subprocess.run(["make", "-n", "env"], cwd=DOCKER.parent, capture_output=True, text=True, check=True).stdout
    assert "docker/make_env.py docker/.env" in shown
    ignored = subprocess.run(["git", "check-ignore", "-q", "docker/.env"], cwd=DOCKER.parent)
    assert ignored.returncode in (0, 128), "a commit could take the secrets along (128: no git checkout)"


@pytest.mark.skipif(shutil.which("docker") is None, reason="needs docker with its compose plugin")
@pytest.mark.parametrize("file", FILES)
def test_docker_compose_takes_the_file(file: str) -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("needs the compose plugin of docker")
    done = subprocess.run(
        ["docker", "compose", "-f", str(DOCKER / file), "config", "--quiet"],
        env={**os.environ, **VALUES}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(scope="module")
def reader() -> Path:
    try:
        return checker()
    except ServerMissing as error:
        pytest.skip(f"needs {error}")


@pytest.mark.services
@pytest.mark.parametrize("file", FILES)
def test_the_files_are_what_compose_can_read(reader: Path, file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(yaml.safe_dump(read(file, **VALUES)))
    done = subprocess.run([reader, file], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.services
@pytest.mark.parametrize(
    ("right", "wrong"), [("read_only: true", "read_onlyy: true"), ("service_healthy", "service_heathy")]
)
def test_what_compose_cannot_read_is_noticed(reader: Path, right: str, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(yaml.safe_dump(read("compose.yml", **VALUES)).replace(right, wrong))
    assert subprocess.run([reader, "compose.yml"], cwd=tmp_path, capture_output=True).returncode == 1


def test_the_health_check_tells_answering_from_silent(tmp_path: Path) -> None:
    from tests.servers.process import free_port

    env = {**os.environ, "NEWSAPI_PORT": str(free_port())}
    done = subprocess.run([sys.executable, DOCKER / "healthy.py"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Connection refused" in done.stderr
