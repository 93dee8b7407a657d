"""Imports over several servers, which commit one after the other: announced before, and taken back where only some did.

What decides is the commit of the database that all statements are sent to, which comes last. An import is announced there
beforehand, with all that takes it back. Whoever writes or reads next and finds an announcement that did not come true
takes back what some servers kept; then the same bundle can be imported again, as any other that was interrupted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sync import postgresql, schema
from sync.database import Database
from sync.shelf import Changes, Shelf
from sync.standing import stand


def announce(database: Database, connection: Connection, changes: Changes) -> None:
    """Say what is about to be committed on several servers, as the last thing in the transaction of an import.

    Raises sqlalchemy.exc.DatabaseError, SyncError("database.…").
    """
    table, number = schema.undertaking, schema.last_number(connection)
    postgresql.begin_commit(connection)
    facts = json.dumps({"put": changes.put, "spare": changes.spare, "moved": changes.moved})
    with database.at_once() as beside:
        beside.execute(insert(table).values(number=number, done=0, facts=facts))
    if changes.spare:
        connection.execute(update(table).where(table.c.number == number).values(done=1))
    else:
        connection.execute(delete(table).where(table.c.number == number))


def mend(secret: bytes, connection: Connection) -> None:
    """Bring every announced import to an end: one that holds loses the packs it replaced, any other all that it left.

    Raises SyncError("archive.damaged"), sqlalchemy.exc.DatabaseError.
    """
    shelf = Shelf(connection, secret)
    for row in connection.execute(select(schema.undertaking)).all():
        facts = json.loads(row.facts)
        if row.done:
            shelf.drop(facts["spare"])
        else:
            _take_back(shelf, row.number, facts)
        connection.execute(delete(schema.undertaking).where(schema.undertaking.c.number == row.number))


def _take_back(shelf: Shelf, number: int, facts: Mapping[str, Any]) -> None:
    """Nothing here looks at more than one record, and all of it may be done twice."""
    connection, revision, current = shelf.connection, schema.revision, schema.current
    touched = set(
        connection.execute(select(current.c.record_id).where(current.c.changed == number)).scalars()
    )
    touched.update(place[0] for place in facts["moved"])
    columns = (revision.c.record_id, revision.c.rev_id, revision.c.arrived)
    known = list(schema.select_in(connection, columns, revision.c.record_id, touched))
    for record, each, arrived in known:
        if arrived == number:
            _remove(connection, record, each)
    shelf.move(tuple(place) for place in facts["moved"])
    shelf.drop(facts["put"])
    _stand_again(shelf, touched, {record for record, _each, arrived in known if arrived != number})


def _remove(connection: Connection, record: str, revision: str) -> None:
    for table in (schema.revision, schema.parent):
        connection.execute(delete(table).where(table.c.record_id == record, table.c.rev_id == revision))


def _stand_again(shelf: Shelf, touched: set[str], left: set[str]) -> None:
    connection = shelf.connection
    for part in schema.in_parts(touched - left):
        for table in (schema.current, schema.head, schema.conflict):
            connection.execute(delete(table).where(table.c.record_id.in_(part)))
    stand(connection, shelf, (), left, schema.last_number(connection))
