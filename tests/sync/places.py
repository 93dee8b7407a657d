"""Where an archive of a test lies: in a file, on a PostgreSQL server, or spread over two of them from a third.

Offices are copies of one, with the same keys; what an office holds is copied with it.
"""

from __future__ import annotations

import shutil
import uuid

from sync import Archive
from sync.archive import make_tables
from sync.database import Database
from tests.sync.laptops import NOW

KINDS = ("sqlite", "postgresql", "two servers")


class Place:
    """template: an office that holds nothing. here: a cluster, None for files. servers: those that hold the records."""

    def __init__(self, template, here=None, servers=()):
        self.template = template
        self.here = here
        self.servers = servers
        self._databases = {}

    def new(self, folder):
        """One more office in a new folder, open."""
        shutil.copytree(self.template, folder)
        if self.here is not None:
            (folder / "archive.db").unlink()
            url, *servers = [cluster.url_of(name) for name, cluster in self._made(folder)]
            _point(folder, url)
            open_ = Archive.open(self.template, now=lambda: NOW)
            with open_.engine.connect() as connection:
                facts = dict(connection.exec_driver_sql("SELECT name, value FROM meta").all())
            database = Database(url)
            make_tables(database, facts, servers, open_.secret)
            database.close()
            open_.close()
        return Archive.open(folder, now=lambda: NOW)

    def copy(self, folder, target):
        """The office of a folder that nobody has open, with all it holds, in another folder."""
        shutil.copytree(folder, target)
        if self.here is None:
            return
        copies = self._made(target, self.databases(folder))
        _point(target, self.here.url_of(copies[0][0]))
        with self.here.connect(copies[0][0]) as connection:
            for number, (name, _cluster) in enumerate(copies[1:]):
                connection.execute(f"ALTER SERVER fieldkit_{number} OPTIONS (SET dbname '{name}')")

    def remove(self, folder):
        """Take an office away."""
        shutil.rmtree(folder)
        for name, cluster in self._databases.pop(str(folder), ()):
            cluster.drop_database(cluster.url_of(name))

    def databases(self, folder):
        """The names of the databases of an office: the one that is asked first."""
        return [name for name, _cluster in self._databases[str(folder)]]

    def close(self):
        """Take away what is left."""
        for made in self._databases.values():
            for name, cluster in made:
                cluster.drop_database(cluster.url_of(name))

    def _made(self, folder, templates=None):
        made = []
        for number, cluster in enumerate((self.here, *self.servers)):
            name = f"t{uuid.uuid4().hex}"
            like = f'TEMPLATE "{templates[number]}"' if templates else ""
            with cluster.connect() as connection:
                _alone(connection, templates and templates[number])
                connection.execute(f'CREATE DATABASE "{name}" {like}')
            made.append((name, cluster))
        self._databases[str(folder)] = made
        return made


def _alone(connection, name):
    """Send away whoever is connected to a database: connections that other servers keep to it."""
    if name:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )


def _point(folder, url):
    """Let an office's folder name another database."""
    toml = folder / "office.toml"
    lines = [
        f'database = "{url}"' if line.startswith("database = ") else line
        for line in toml.read_text(encoding="utf-8").splitlines()
    ]
    toml.write_text("\n".join(lines) + "\n", encoding="utf-8")
