"""The archive's database: how it is opened, read and written. SQLite in a file, or PostgreSQL by URL.

database = Database(url)
with database.reading() as connection:  …      what it sees stays as it is until the end
with database.writing() as connection:  …      one at a time; all of it or nothing, on the disk at the end
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from sync import postgresql, sqlite
from sync.errors import SyncError

_KINDS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
_TRIES = 3

Mend = Callable[[Connection], None]


class Database:
    """One database. engine: SQLAlchemy's; where: its file, or its URL without the password; kind: "sqlite", "postgresql".

    What goes wrong is told without what was to be written.
    """

    def __init__(self, url: str) -> None:
        """Raises SyncError("database.bad-url")."""
        try:
            parsed = make_url(url)
            self.kind = parsed.get_backend_name()
            self._ways = _KINDS[self.kind]
            self.engine: Engine = self._ways.connect(parsed)
        except (ArgumentError, NoSuchModuleError, KeyError, ValueError, ImportError) as error:
            raise SyncError("database.bad-url", kinds=", ".join(_KINDS), reason=str(error)) from error
        self.where = (
            (parsed.database or "") if self.kind == "sqlite" else str(parsed.set(drivername=self.kind))
        )
        self._mend: Mend | None = None

    @property
    def is_spread(self) -> bool:
        """Whether its tables lie on several servers."""
        return self._mend is not None

    def spread_over_servers(self, mend: Mend) -> None:
        """From now on its tables lie on several servers, which do not commit at one moment.

        mend: called in a transaction that writes; it takes back what part of the servers kept of an import that failed.
        """
        self._mend = mend
        self.engine = self.engine.execution_options(spread=True)

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state, whatever others write meanwhile. Raises SyncError("medium.…"), ("database.…")."""
        for _each in range(_TRIES):
            with self._told(), self.engine.connect() as connection:
                self._ways.begin_reading(connection, spread=self.is_spread)
                if not (self.is_spread and postgresql.is_half_done(connection)):
                    yield connection
                    return
            with self.writing():
                pass  # which takes back half of an import first
        raise SyncError("database.busy", where=self.where)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes, after all others that do. Raises SyncError("medium.…"), ("database.…")."""
        while True:
            with (
                self._told(),
                self.engine.connect().execution_options(writes=True) as connection,
                connection.begin(),
            ):
                self._ways.begin_writing(connection)
                if self._mend is None or not postgresql.is_half_done(connection):
                    yield connection
                    return
                self._mend(connection)

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """A connection of which every statement is kept at once, beside the transactions that are under way."""
        with (
            self._told(),
            self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        ):
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one of this archive's people who decides something: from looking once more until it is kept.

        Imports and readers go on. Raises SyncError("medium.…"), ("database.…").
        """
        with self._told(), self._ways.alone(self.engine):
            yield

    def forget(self) -> None:
        """Let nothing that was erased stay in the database's files, as far as is in our hands.

        Where somebody reads at that moment, or the disk fails, it is done the next time.
        """
        with suppress(DatabaseError):
            self._ways.forget(self.engine)

    def refusal(self, error: DatabaseError) -> SyncError:
        """The refusal that an error of the database means."""
        code, reason = self._ways.refusal(error)
        return SyncError(code, path=self.where, where=self.where, reason=reason.partition("\n")[0])

    def is_unusable(self, error: DatabaseError) -> bool:
        """Whether the disk or the server is what fails, and not what is on it."""
        return bool(self._ways.is_of_medium(error))

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            raise self.refusal(error) from error
