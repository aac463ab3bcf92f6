"""POST /v1/scan over loopback: uvicorn, one worker, a process of its own.

    one code    16 connections kept busy from here; peer: an endpoint beside it in the same application, behind the same
                middleware (which counts what is under /v1/), that reads the body and verifies one signature
    batches     one connection, NDJSON; peer: the same codes in this process, from bytes to the published JSON

The rate limit is set where nobody meets it; it is still counted. Client and server share the machine's cores.
"""

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from itertools import cycle
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from ground import Bench, today
from measure import Figure, interleaved, lasting, repeated
from nacl.bindings import crypto_sign_open
from papers import papers
from pydantic_core import to_json
from starlette.responses import Response

from sceau.seals.recognise import parse
from sceau.verify_api.app import create_app
from sceau.verify_api.directory import Published, Versions, open_directory
from sceau.verify_api.scan import scan
from sceau.verify_api.service import Settings

CONNECTIONS = 16
LIMIT, LIMIT_BATCH = 0.75, 0.7
_ANSWER = b'{"verified":true}'


def figures(bench: Bench) -> Iterator[Figure]:
    """Requests a second of both endpoints."""
    with papers(bench) as made:
        codes = made.codes("life_certificate")
        with _served(made.directory, made.root_public, codes[0]) as port:
            seconds = bench.effort.seconds
            cases = {
                "/v1/scan": lambda: asyncio.run(_load(port, _requests("/v1/scan", codes), seconds)),
                "/v1/bare": lambda: asyncio.run(_load(port, _requests("/v1/bare", codes), seconds)),
                "batches": lambda: repeated(seconds, partial(_batch, port, _lines(codes))),
                "in process": lambda: repeated(seconds, partial(_judged, codes, made.published())),
            }
            rounds = interleaved(cases, bench.effort.rounds, lambda text: bench.say(f"api: {text}"))
        yield rounds.figure("POST /v1/scan of text", "/v1/scan", "/v1/bare", LIMIT, "peer: endpoint that only verifies")
        yield rounds.figure("POST /v1/scan in batches", "batches", "in process", LIMIT_BATCH, "peer: in this process")


def _lines(codes: Sequence[bytes]) -> bytes:
    """A batch of at least 1000 lines."""
    return b"".join(b'{"text": %s}\n' % json.dumps(code.decode()).encode() for code in codes) * (1 + 1000 // len(codes))


def _batch(port: int, body: bytes) -> int:
    """Send one batch and read its answers; how many said VALID."""
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", "/v1/scan", body, {"Content-Type": "application/x-ndjson"})
        answers = connection.getresponse().read()
    valid = answers.count(b'"verdict":{"code":"VALID"')
    if valid != body.count(b"\n"):
        raise ConnectionError(answers[:500].decode())
    return valid


def _judged(codes: Sequence[bytes], known: Published) -> int:
    """What a program does with the package alone: bytes to the published JSON."""
    day = today()
    for code in codes:
        to_json(scan(code, known.trust, known.status, known.issued, day).to_json())
    return len(codes)


def _requests(path: str, codes: Sequence[bytes]) -> Iterator[bytes]:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
    return cycle([f"{head}{len(code)}\r\n\r\n".encode() + code for code in codes])


async def _load(port: int, requests: Iterator[bytes], seconds: float) -> float:
    """Keep every connection busy for so long; answers a second."""
    start = time.perf_counter()

    async def connection() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answered = 0
        with closing(writer):
            for _ in lasting(seconds, start):
                writer.write(next(requests))
                head = await reader.readuntil(b"\r\n\r\n")
                if not head.startswith(b"HTTP/1.1 200"):
                    raise ConnectionError(head.decode("latin-1"))
                length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
                await reader.readexactly(int(length))
                answered += 1
        return answered

    answered = await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return sum(answered) / (time.perf_counter() - start)


@contextmanager
def _served(directory: Path, root_public: bytes, code: bytes) -> Iterator[int]:
    """The server in another process; its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, directory, root_public, code), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, directory: Path, root_public: bytes, code: bytes) -> None:
    app = create_app(Settings(directory, root_public, time.time, rate="1000000000/minute", scans="1000000000/minute"))
    _add_bare(app, directory, root_public, code)
    listening = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # named, so that asyncio sets NODELAY
    listening.bind(("127.0.0.1", 0))
    listening.listen(CONNECTIONS)
    told.send(listening.getsockname()[1])
    config = uvicorn.Config(app, access_log=False, server_header=False, log_level="warning")
    uvicorn.Server(config).run(sockets=[listening])


def _add_bare(app: FastAPI, directory: Path, root_public: bytes, code: bytes) -> None:
    seal = parse(code)
    key = open_directory(directory, root_public, Versions()).trust.seal_key(seal.format, seal.issuer, seal.reference)
    message, public = seal.signature + seal.signed, key.public

    @app.post("/v1/bare")
    async def bare(request: Request) -> Response:
        await request.body()
        crypto_sign_open(message, public)
        return Response(_ANSWER, media_type="application/json")

    app.router.routes.insert(1, app.router.routes.pop())  # found as soon as ours is
