"""docs/operate/nginx.md with a real nginx: the same files, headers and refusals as `sceau serve`, and /v1 passed on."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import nginx
import pytest
from checker_server import running
from published_site import HOSTILE, SERVED, write_page, write_secrets

from sceau.verify_api.service import Settings

OF_THE_TRANSPORT = {"date", "server", "connection", "accept-ranges", "last-modified", "etag", "transfer-encoding"}


@pytest.fixture
def folder(state, tmp_path: Path) -> Path:
    return write_page(state.publish(tmp_path / "published"))


@pytest.fixture
def both(made, folder: Path, tmp_path: Path, missing) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """A client of our server, and one of nginx before it."""
    try:
        nginx.program()
    except nginx.NoNginx as error:
        missing(str(error))
    told = Settings(folder, made.ROOT.public, lambda: float(made.NOON), rate="100000/minute")
    with ExitStack() as stack:
        ours = stack.enter_context(running(told))
        theirs = stack.enter_context(nginx.served(folder, tmp_path, ours))
        urls = [f"http://127.0.0.1:{port}" for port in (ours, theirs)]
        direct, behind = (stack.enter_context(httpx2.Client(base_url=url)) for url in urls)
        yield direct, behind


def said(answer: httpx2.Response) -> dict[str, list[str]]:
    names = set(answer.headers.keys()) - OF_THE_TRANSPORT - {"content-length"}
    return {name: answer.headers.get_list(name) for name in names}


def test_nginx_serves_the_same_files_under_the_same_headers(both) -> None:
    for path in SERVED:
        for encoding in ("gzip", "identity"):
            ours, theirs = (client.get(path, headers={"accept-encoding": encoding}) for client in both)
            assert theirs.status_code == 200 and theirs.content == ours.content, path
            assert said(theirs) == said(ours), (path, encoding)
        assert both[1].get(path, headers={"if-none-match": theirs.headers["etag"]}).status_code == 304


def test_nginx_serves_nothing_else(both, folder: Path) -> None:
    write_secrets(folder)
    for path in HOSTILE:
        answer = both[1].get(path)
        assert answer.status_code in (301, 400, 403, 404, 414) and "secret" not in answer.text, path


def test_what_needs_a_program_is_passed_on_and_its_headers_stand_once(both, made) -> None:
    for method, path in (("POST", "/v1/scan"), ("GET", "/v1/documents/A/status?code=B"), ("GET", "/healthz")):
        ours, theirs = (
            client.request(method, path, content=made.visa(), headers={"content-type": "application/octet-stream"})
            for client in both
        )
        assert (theirs.status_code, theirs.content, said(theirs)) == (ours.status_code, ours.content, said(ours))


def test_without_a_page_the_root_is_the_program(both, folder: Path) -> None:
    (folder / "index.html").unlink()
    ours, theirs = (client.get("/") for client in both)
    assert "16 letters" in theirs.text and said(theirs) == said(ours)
