"""The published log over HTTP: what is immutable, what is asked for again, and what is nobody's business."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sceau.tlog.edge import Edge
from sceau.tlog.merkle import inclusion_proof, leaf_hash, verify_inclusion
from sceau.tlog.tile import TileReader
from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings

SIZE = 700
LEAVES = [leaf_hash(b"entry %d" % n) for n in range(SIZE)]


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    """A log of 700 leaves in a directory, with what is not public beside it."""
    edge, tiles = Edge().grow(b"".join(LEAVES))
    for tile, data in tiles.items():
        path = tmp_path / "log" / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name in ("checkpoint", "tlog-policy", "log.vkey", ".pending", ".lock", "secret"):
        (tmp_path / "log" / name).write_bytes(name.encode())
    return edge


@pytest.fixture
def client(edge: Edge, tmp_path: Path) -> TestClient:
    settings = Settings(tmp_path / "lists", bytes(32), lambda: 1_795_348_800.0, rate="1/minute", log=tmp_path / "log")
    return TestClient(create_app(settings))


def test_a_mirror_proves_from_what_it_fetched(client: TestClient, edge: Edge) -> None:
    """Thousands of files are no abuse: the budget of requests is not for them."""
    reader = TileReader(SIZE, edge.root(), lambda path: client.get(f"/log/{path}").content)
    for index in (0, 255, 256, 699):
        verify_inclusion(index, SIZE, LEAVES[index], inclusion_proof(index, SIZE, reader.node), edge.root())


def test_tiles_never_change_and_the_head_is_asked_for_again(client: TestClient) -> None:
    tile = client.get("/log/tile/0/000")
    assert len(tile.content) == 256 * 32 and "immutable" in tile.headers["cache-control"]
    head = client.get("/log/checkpoint")
    assert head.text == "checkpoint" and head.headers["cache-control"] == "no-cache"
    again = client.get("/log/checkpoint", headers={"if-none-match": head.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert client.head("/log/checkpoint").status_code == 200
    assert head.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        ".pending",
        ".lock",
        "secret",
        "",
        "tile/0/999",
        "tile/0/0",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/entries/000",
        "tile/../secret",
        "%2e%2e/log/secret",
        "tile/0/000/",
    ],
)
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/log/{name}").status_code == 404


def test_nothing_is_written(client: TestClient) -> None:
    assert client.put("/log/checkpoint", content=b"x").status_code == 405


def test_without_a_log_there_is_none(tmp_path: Path) -> None:
    client = TestClient(create_app(Settings(tmp_path, bytes(32), lambda: 1_795_348_800.0)))
    assert client.get("/log/checkpoint").status_code == 404
