"""The published directory as a web site: what is served, as what, for how long, and what is not there."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from published_site import HOSTILE, PAGE, SERVED, write_page, write_secrets
from starlette.testclient import TestClient

from sceau.headers import SCANNER, SECURITY
from sceau.verify_api.app import create_app
from sceau.verify_api.service import Settings


@pytest.fixture
def folder(state, tmp_path: Path) -> Path:
    return write_page(state.publish(tmp_path / "published"))


@pytest.fixture
def client(made, folder: Path, clock) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(folder, made.ROOT.public, clock, rate="5/hour"))) as client:
        client.headers["accept-encoding"] = "identity"
        yield client


@pytest.mark.parametrize("path", SERVED)
def test_every_published_file_is_served_as_what_it_is(client: TestClient, folder: Path, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content == (folder / (path[1:] or "index.html")).read_bytes()
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == SERVED[path]
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["access-control-allow-origin"] == "*"
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", answer.headers["etag"])


@pytest.mark.parametrize("path", SERVED)
def test_only_the_page_and_its_workers_may_run_scripts(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    runs = path in ("/", "/index.html", "/sw.js") or path.startswith("/page/")
    wanted = {**SECURITY, **(SCANNER if runs else {})}
    assert {name: headers[name] for name in wanted} == wanted
    assert all(len(headers.get_list(name)) == 1 for name in wanted)


def test_the_page_runs_no_inline_script_and_no_eval() -> None:
    policy = SCANNER["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ")
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy and "http" not in policy
    assert SCANNER["permissions-policy"].startswith("camera=(self)")


@pytest.mark.parametrize("path", ["/sw.js", "/page/app.js", "/pack/full-7.pack", "/trust.cose"])
def test_what_has_not_changed_is_not_sent_again(client: TestClient, folder: Path, path: str) -> None:
    for encoding in ("identity", "gzip"):
        headers = {"accept-encoding": encoding}
        etag = client.get(path, headers=headers).headers["etag"]
        again = client.get(path, headers={**headers, "if-none-match": etag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    (folder / path[1:]).write_bytes(b"other")
    assert client.get(path, headers={"if-none-match": etag}).content == b"other"


def test_what_compresses_is_sent_compressed_to_who_asks(client: TestClient) -> None:
    plain = client.get("/page/app.js")
    squeezed = client.get("/page/app.js", headers={"accept-encoding": "br, gzip;q=0.8"})
    assert squeezed.headers["content-encoding"] == "gzip" and squeezed.content == plain.content
    assert int(squeezed.headers["content-length"]) == len(gzip.compress(plain.content, 9, mtime=0))
    assert squeezed.headers["etag"] != plain.headers["etag"]
    assert squeezed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    for refusing in ("gzip;q=0", "br", "identity"):
        assert "content-encoding" not in client.get("/page/app.js", headers={"accept-encoding": refusing}).headers
    for path in ("/pack/full-7.pack", "/trust.cose"):
        assert "content-encoding" not in client.get(path, headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize("path", HOSTILE)
def test_nothing_else_is_there(client: TestClient, folder: Path, path: str) -> None:
    write_secrets(folder)
    answer = client.get(path)
    assert answer.status_code == 404 and "secret" not in answer.text


def test_a_directory_that_is_itself_a_link_is_served(made, folder: Path, clock) -> None:
    """Publishers switch whole directories by a link."""
    current = folder.parent / "current"
    current.symlink_to(folder)
    with TestClient(create_app(Settings(current, made.ROOT.public, clock))) as client:
        assert client.get("/page/style.css").content == PAGE["page/style.css"]


def test_files_are_free_and_written_by_nobody(client: TestClient) -> None:
    assert {client.get("/page/app.js").status_code for _ in range(20)} == {200}
    for path in ("/page/app.js", "/pack/full-7.pack", "/trust.cose"):
        assert [client.request(method, path, content=b"x").status_code for method in ("PUT", "POST")] == [405, 405]
