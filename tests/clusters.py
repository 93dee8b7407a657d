"""PostgreSQL servers that tests own: made in a temporary folder, on loopback, killed and started again as a test likes.

Nothing is left of them: a guard beside each cluster ends the server and takes the folder away when the test run ends,
however it ends.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

_SECONDS = 60
"""How long a server may take to be there, or to be gone."""
_TRIES = 10
_DEBIAN = "usr/lib/postgresql/*/bin/initdb"
_USER = "fieldkit"
_PORTS = range(20_000, 32_000)
"""Below the ports that systems give to whoever connects somewhere: while a server is down, nobody gets its port."""
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 60
shared_buffers = 16MB
min_wal_size = 32MB
max_wal_size = 256MB
jit = off
fsync = {durable}
full_page_writes = {durable}
"""
_GUARD = """
cat >/dev/null
there() { read -r server <"$1/data/postmaster.pid" && grep -q "$1" "/proc/$server/cmdline"; }
there "$1" && kill -QUIT "$server"
tries=0
while there "$1" && [ $tries -lt 200 ]; do tries=$((tries + 1)); sleep 0.02; done
rm -rf "$1"
"""
"""Begins when the pipe it reads closes, be it that the test run was killed. The number in postmaster.pid may be that of
another process by then, which is left alone."""


class NoServerError(Exception):
    """There is no PostgreSQL server to run here; says why."""


def binaries():
    """The folder of the newest PostgreSQL server's programs: Debian's, or that of the search path."""
    debian = sorted(Path("/").glob(_DEBIAN), key=lambda each: int(each.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        raise NoServerError("PostgreSQL's server (initdb) is not installed")
    if not Path("/proc/self/stat").exists():
        raise NoServerError("whether a server's processes are gone is read in /proc")
    return Path(found).resolve().parent


class Cluster:
    """A PostgreSQL server of its own, running when it is made.

    durable: it waits for the disk, as a real one does; a killed server loses nothing either way. Takes none or more
    lines of postgresql.conf as `settings`. Raises NoServerError where there is no server to run.
    """

    def __init__(self, *, durable=False, settings=""):
        self.programs = binaries()
        self._as = _someone_else()
        self._process = None
        self.folder = Path(tempfile.mkdtemp(prefix="fieldkit-pg-", dir=_everybodys()))
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "guard", str(self.folder)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            self._create("on" if durable else "off", settings)
        except BaseException:
            self.remove()
            raise

    def _create(self, durable, settings):
        # As people have them: what quotes no password finds no server.
        self.password = f"p@ss:{secrets.token_hex(8)}/%"
        (self.folder / "password").write_text(self.password, encoding="utf-8")
        if self._as:
            for each in (self.folder, self.folder / "password"):
                shutil.chown(each, self._as["user"], self._as["group"])
        self._run(
            "initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
            f"--username={_USER}", f"--pwfile={self.folder / 'password'}",
        )  # fmt: skip
        (self.folder / "password").unlink()
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include 'fieldkit.conf'\n")
        for left in reversed(range(_TRIES)):
            self.port = _free_port()
            written = _SETTINGS.format(port=self.port, folder=self.folder, durable=durable) + settings
            (self._data / "fieldkit.conf").write_text(written, encoding="utf-8")
            try:
                return self.start()
            except NoServerError:
                if not left or "in use" not in self.log():
                    raise
        return None

    # -- where it is --------------------------------------------------------------------------------------

    @property
    def url(self):
        """The URL of the database that is always there."""
        return self.url_of("postgres")

    def url_of(self, database):
        """The URL of one of its databases, for SQLAlchemy, password and all."""
        place = URL.create("postgresql+psycopg", _USER, self.password, "127.0.0.1", self.port, database)
        return place.render_as_string(hide_password=False)

    def new_database(self):
        """Make an empty database; gives its URL."""
        name = f"t{uuid.uuid4().hex}"
        self._say(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    def drop_database(self, url):
        """Take a database away, whoever is still connected: for tests that make hundreds."""
        self._say(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')

    def connect(self, database="postgres"):
        """A connection of psycopg's own, each statement a transaction."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=_USER, password=self.password, dbname=database,
            autocommit=True, connect_timeout=_SECONDS,
        )  # fmt: skip

    def log(self):
        """What the server wrote about itself."""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "log").read_text(encoding="utf-8", errors="replace")
        return ""

    # -- up and down --------------------------------------------------------------------------------------

    @property
    def running(self):
        """Whether the server is there."""
        return self._process is not None and self._process.poll() is None

    def start(self):
        """Start it, after `stop` or `kill`, at the same address; comes back when it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.programs / "postgres", "-D", self._data], **self._own(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until and self.running:
            with contextlib.suppress(psycopg.OperationalError):
                return self.connect().close()
        raise NoServerError(self.log()[-2000:])

    def stop(self):
        """Stop it as an administrator does: who is connected is cut off, and nothing needs recovering."""
        self._end(signal.SIGINT)

    def kill(self):
        """End it as a dead machine does: every process of it at once, in the middle of whatever it does."""
        # Stopped first, so that it starts nobody while the others are looked for.
        self._process.send_signal(signal.SIGSTOP)
        with contextlib.ExitStack() as watched:
            for each in _children(self._process.pid):
                watch = os.pidfd_open(each)
                watched.callback(os.close, watch)
                watched.callback(_wait_for_end, watch)
                signal.pidfd_send_signal(watch, signal.SIGKILL)
            self._end(signal.SIGKILL)

    def remove(self):
        """End the server and take its folder away; nothing happens the second time."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        self._guard.stdin.close()
        self._guard.wait(timeout=_SECONDS)

    # -- how ----------------------------------------------------------------------------------------------

    @property
    def _data(self):
        return self.folder / "data"

    def _end(self, how):
        self._process.send_signal(how)
        self._process.wait(timeout=_SECONDS)

    def _say(self, statement):
        with self.connect() as connection:
            connection.execute(statement)

    def _run(self, program, *arguments):
        done = subprocess.run(
            [self.programs / program, "-D", self._data, *arguments], **self._own(), capture_output=True,
            text=True, check=False, timeout=_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise NoServerError(f"{program}: {done.stderr}")

    def _own(self):
        """How its programs are run."""
        return {**self._as, "env": os.environ | {"LC_ALL": "C.UTF-8"}, "cwd": self.folder}


def _someone_else():
    """Whom PostgreSQL runs as where this is root, which it refuses to be."""
    if os.geteuid() != 0:
        return {}
    import grp
    import pwd

    names = {each.pw_name: each.pw_gid for each in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        raise NoServerError("PostgreSQL does not run as root, and there is neither postgres nor nobody")
    return {"user": user, "group": grp.getgrgid(names[user]).gr_name, "extra_groups": []}


def _everybodys():
    """A temporary folder into which whoever the server runs as can go."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        path = Path(folder).resolve()
        if all(each.stat().st_mode & 0o001 for each in (path, *path.parents)):
            return path
    return None


def _free_port():
    for _ in range(_TRIES * _TRIES):
        port = secrets.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NoServerError("no free port on loopback")


def _children(parent):
    """The processes a process started."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name stands in brackets and may hold anything; state and parent come after it.
            if (
                int(each.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
                == parent
            ):
                found.append(int(each.parent.name))
    return found


def _wait_for_end(watch):
    if not select.select([watch], [], [], _SECONDS)[0]:
        raise TimeoutError("a killed server is still there")
