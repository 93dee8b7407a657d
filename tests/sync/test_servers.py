"""Archives on PostgreSQL, one server or several: two importers at once, readers meanwhile, servers that die, words of refusal."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect

from sync import Archive, Operation, SyncError, schema
from sync.database import Database
from tests.sync.laptops import NOW, Laptop, World
from tests.sync.places import KINDS
from tests.sync.test_import_killed import dumped

SERVERS = pytest.mark.parametrize("place", KINDS[1:], indirect=True)
EVERYWHERE = pytest.mark.parametrize("place", KINDS, indirect=True)


def opened(folder):
    return Archive.open(folder, now=lambda: NOW)


class Town:
    """A laptop whose first bundle brings twenty records and whose second changes half, erases the first and the last, and brings more."""

    def __init__(self, base, archive, number=1, world=None):
        self.world, self.archive, self.base = world or World(), archive, base
        self.laptop = Laptop(self.world, number)
        archive.enroll(self.laptop.card)
        records = [self.world.new_record() for _ in range(20)]
        for record in records:
            self.laptop.write(record, changes={"a": f"canary {record}"})
        self.first = self.laptop.stick(base, archive)
        before = set(self.laptop.held)
        for record in records[:10]:
            self.laptop.write(record, changes={"a": "again"})
        for record in (records[0], records[-1]):
            self.laptop.erase(record)
        self.laptop.write(self.world.new_record(), changes={"a": "new"})
        later = [each for name, each in self.laptop.held.items() if name not in before]
        self.second = self.laptop.stick(base, archive, later)
        self.records = records


def without_numbers(found):
    """What an archive holds, but for the numbers of its packs, and on how many servers."""
    rows, proof = found
    packs = dict(rows["pack"])
    placed = [(*row[:-3], packs[row.pack][row.offset : row.offset + row.length]) for row in rows["revision"]]
    rest = {name: each for name, each in rows.items() if name not in {"pack", "revision", "meta"}}
    return rest, placed, sorted(packs.values()), proof


@EVERYWHERE
def test_a_file_and_servers_hold_the_very_same(place, base):
    office = place.new(base / "office")
    town = Town(base, office)
    in_a_file = base / "file"
    place.here, here = None, place.here
    beside = place.new(in_a_file)
    place.here = here
    beside.enroll(town.laptop.card)
    for archive in (office, beside):
        for path in (town.first, town.second, town.first):
            archive.import_bundle(path)
        archive.close()
    assert without_numbers(dumped(office.folder)) == without_numbers(dumped(in_a_file))


@EVERYWHERE
def test_several_import_at_once_and_every_bundle_counts_once(place, base):
    office = place.new(base / "office")
    world = World()
    towns = [Town(base, office, number, world) for number in range(1, 5)]
    paths = [path for town in towns for path in (town.first, town.second)] * 2
    offices = [opened(office.folder) for _ in range(4)]
    lanes = [paths[at::4] for at in range(4)]

    def take(turn):
        return [offices[turn].import_bundle(path) for path in lanes[turn]]

    with ThreadPoolExecutor(4) as pool:
        reports = [each for some in pool.map(take, range(4)) for each in some]
    for each in offices:
        each.close()
    assert sum(report.new for report in reports) == len(world.notes)
    assert sum(report.offered for report in reports) == sum(report.new + report.held for report in reports)
    assert [row["number"] for row in office.history()] == list(range(1, len(paths) + 1))
    proof = office.verify()
    assert (proof.revisions, proof.damaged) == (len(world.notes), ())
    office.close()


@EVERYWHERE
def test_who_reads_sees_one_state_whatever_comes_meanwhile(place, base):
    office, other = place.new(base / "office"), None
    town = Town(base, office)
    office.import_bundle(town.first)
    before = [view.fields for view in office.views()]
    reading = office.views()
    seen = [next(reading).fields]
    other = opened(office.folder)
    came = threading.Thread(target=other.import_bundle, args=(town.second,))
    came.start()
    if not place.servers:  # several have no state in common: there the import waits until nobody reads
        came.join(timeout=60)
    seen += [view.fields for view in reading]
    came.join(timeout=60)
    assert not came.is_alive()
    assert seen == before
    assert len(list(office.views())) == 21
    other.close()
    office.close()


@SERVERS
@pytest.mark.parametrize("which", [0, -1])
def test_a_server_that_dies_in_an_import_is_told_and_the_import_repeated(place, base, which, monkeypatch):
    office = place.new(base / "office")
    town = Town(base, office)
    office.import_bundle(town.first)
    office.close()
    place.copy(office.folder, base / "unharmed")
    unharmed = opened(base / "unharmed")
    unharmed.import_bundle(town.second)
    unharmed.close()
    server = [place.here, *place.servers][which]
    office, insert, left = opened(office.folder), schema.insert_rows, [4]

    def dying(*arguments):
        left[0] -= 1
        if not left[0]:
            server.kill()
        return insert(*arguments)

    monkeypatch.setattr(schema, "insert_rows", dying)
    with pytest.raises(SyncError) as caught:
        office.import_bundle(town.second)
    assert not server.running
    assert caught.value.code == "database.gone"
    assert server.password not in str(caught.value)
    with pytest.raises(SyncError, match=r"database\.gone"):
        office.state()
    server.start()
    office.import_bundle(town.second)
    assert office.verify().damaged == ()
    office.close()
    assert dumped(office.folder) == dumped(base / "unharmed")


@SERVERS
def test_what_is_erased_leaves_the_packs(place, base):
    office = place.new(base / "office")
    town = Town(base, office)
    office.import_bundle(town.first)
    packs = {number for number, _raw in dumped(office.folder)[0]["pack"]}
    office.import_bundle(town.second)
    left = {number for number, _raw in dumped(office.folder)[0]["pack"]}
    assert packs - left, "a pack that held what was erased is gone"
    erased = [each for each in office.revisions(town.records[-1]) if each.envelope.operation is Operation.PUT]
    assert [each.body for each in erased] == [None]
    office.close()


@EVERYWHERE
def test_text_that_no_server_can_hold_is_refused_by_itself(place, base):
    office = place.new(base / "office")
    laptop = Laptop(World(), 1)
    office.enroll(laptop.card)
    good = laptop.write(laptop.world.new_record(), changes={"a": "nul \0 in an answer may be"})
    laptop.write(laptop.world.new_record(), changes={"a": "1"}, form="vi\0sit")
    laptop.write(laptop.world.new_record(), changes={"a\0": "1"})
    report = office.import_bundle(laptop.stick(base, office))
    assert (report.new, report.refused) == (1, 2)
    assert [view.fields for view in office.views()] == [{"a": "nul \0 in an answer may be"}]
    assert office.revisions(good.envelope.record)
    office.close()


# -- what is said ----------------------------------------------------------------------------------------------------


def refusal(url):
    with pytest.raises(SyncError) as caught, Database(url).reading():
        raise AssertionError
    return caught.value


def test_a_database_that_cannot_be_used_is_named_without_its_password(postgres, tmp_path):
    wrong = postgres.url.replace(f":{postgres.port}", ":1")
    assert refusal(wrong).code == "database.gone"
    secret = postgres.url.split("//")[1].split("@")[0].split(":", 1)[1]
    for url in (postgres.url_of("nobody"), postgres.url.replace(secret, "wrong")):
        error = refusal(url)
        assert error.code == "database.gone"
        assert secret not in str(error)
        assert "wrong@" not in str(error)
        assert f"127.0.0.1:{postgres.port}" in str(error.params["where"])
    with pytest.raises(SyncError, match=r"database\.gone"):
        Archive.create(
            tmp_path / "office", name="x", division="", now=lambda: NOW, database=url, servers=[url]
        )
    url, part = postgres.new_database(), postgres.new_database()

    def create(name, *servers):
        folder = tmp_path / name
        return Archive.create(folder, name="x", division="", now=lambda: NOW, database=url, servers=servers)

    with pytest.raises(SyncError, match=r"database\.gone"):
        create("office", part, wrong)
    assert not (tmp_path / "office").exists(), "so that it can be tried again"
    create("office", part).close()
    url = postgres.new_database()
    with pytest.raises(SyncError, match=r"database\.in-use"):
        create("another", part)
    for each in (url, part):
        postgres.drop_database(each)
    for url in ("nonsense", "oracle://x/y", "postgresql://[::1/x", ""):
        with pytest.raises(SyncError, match=r"database\.bad-url"):
            Database(url)
    with pytest.raises(SyncError, match=r"database\.bad-url"):
        Archive.create(
            tmp_path / "third", name="x", division="", now=lambda: NOW, database=f"sqlite:///{tmp_path / 'x'}",
            servers=[postgres.url],
        )  # fmt: skip
    assert not (tmp_path / "third").exists()


def test_a_database_holds_one_archive_and_only_its_owner_reads_where_it_is(postgres, tmp_path):
    url = postgres.new_database()

    def create(name):
        return Archive.create(tmp_path / name, name="x", division="", now=lambda: NOW, database=url)

    create("one").close()
    assert (tmp_path / "one" / "office.toml").stat().st_mode & 0o077 == 0
    with pytest.raises(SyncError, match=r"database\.in-use"):
        create("two")
    assert not (tmp_path / "two").exists()
    toml = (tmp_path / "one" / "office.toml").read_text(encoding="utf-8")
    Archive.create(tmp_path / "three", name="x", division="", now=lambda: NOW).close()
    (tmp_path / "three" / "office.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SyncError, match=r"archive\.missing-database"):
        opened(tmp_path / "three")
    postgres.drop_database(url)


def test_a_writer_waits_for_another_and_not_for_ever(postgres, monkeypatch):
    monkeypatch.setattr("sync.postgresql._PATIENCE", "50ms")
    one, two = Database(postgres.url), Database(postgres.url)
    with one.writing() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(SyncError, match=r"database\.busy"), two.writing():
            raise AssertionError
    with two.writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    one.close()
    two.close()


@SERVERS
def test_rows_are_sorted_as_in_a_file(place, base):
    office = place.new(base / "office")
    with office.database.reading() as connection:
        collations = [
            column["type"].collation
            for table in schema.metadata.tables
            for column in inspect(connection).get_columns(table)
            if getattr(column["type"], "collation", None)
        ]
        assert set(collations) == {"C"}
        assert len(collations) > 30
    office.close()
