"""A real Redis (or Valkey) on a TCP port, keeping nothing on disk unless asked to."""

from __future__ import annotations

import redis
from redis.exceptions import RedisError

from newsapi.serving.data_dir import StartError
from newsapi.serving.redis import find_server
from tests.servers.process import Server, ServerMissing

HOW = "Redis or Valkey (Debian: apt install redis-server; macOS: brew install redis)"


class Redis(Server):
    name = "redis"
    start_within = 20.0

    def __init__(self) -> None:
        try:
            self.program = find_server()
        except StartError as error:
            raise ServerMissing(HOW) from error
        super().__init__()

    def command(self) -> list[str]:
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.directory),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "loglevel": "warning",
        }
        return [self.program, *(part for name, value in options.items() for part in (f"--{name}", value))]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False
