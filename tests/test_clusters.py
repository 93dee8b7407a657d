"""The servers that tests own are killed and started as tests say, and nothing is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psycopg
import pytest
from sqlalchemy import create_engine

from tests import clusters

_KILLED = """
import os, signal
from tests.clusters import Cluster
cluster = Cluster()
print(cluster.folder, cluster.port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_server_is_gone_at_once_and_back_with_all_that_was_committed(two_servers):
    cluster, other = two_servers
    engine = create_engine(cluster.new_database())
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t AS SELECT generate_series(1, 1000)")
    with engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM t")
        cluster.kill()
        assert not cluster.running
        with pytest.raises(psycopg.OperationalError):
            cluster.connect()
        connection.invalidate()
    assert other.running
    cluster.start()
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 1000
    assert "was interrupted" in cluster.log()
    cluster.stop()
    cluster.start()
    engine.dispose()
    cluster.drop_database(engine.url)
    with cluster.connect() as connection:
        left = connection.execute("SELECT datname FROM pg_database").fetchall()
    assert (engine.url.database,) not in left


def test_a_killed_test_run_leaves_no_server_and_no_folder(postgres):
    """postgres: asked for so that there is a server to run, or this is skipped."""
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as run:  # fmt: skip
        # The guard has the other end of this pipe closed for it, so the end of what is said is the end of the run.
        folder, port = run.stdout.read().split()
    assert run.returncode == -signal.SIGKILL
    gone = subprocess.run(["/bin/sh", "-c", f"while [ -e {folder} ]; do :; done"], timeout=30, check=False)
    assert gone.returncode == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=port, connect_timeout=5)


def test_where_there_is_no_server_it_says_why(monkeypatch):
    monkeypatch.setattr(clusters, "_DEBIAN", "no/such/*/bin/initdb")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(clusters.NoServerError, match="not installed"):
        clusters.Cluster()
