"""Packs and lists behind nginx, by the example of docs/operate/nginx.md: requests in a second of nginx's own CPU time.

peer    the same files in the same nginx, from a server that does nothing but `root`

A client as fast as nginx would need a core of its own; CPU time does not ask who else is busy.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import nginx
from ground import Bench
from measure import Figure, interleaved

LIMIT = 0.9
_PACK, _LIST = 2_700_000, 200_000  # bytes: a million documents, 1 % of them revoked; a status list
_PLAIN = "server {{ listen 127.0.0.1:{port}; root {root}; sendfile on; }}"
_AT_ONCE = 20  # requests in one piece


def figures(bench: Bench) -> Iterator[Figure]:
    """Requests a second of a pack and of a list."""
    folder = bench.new_folder()
    public = folder / "public"
    (public / "pack").mkdir(parents=True)
    files = {"/pack/full-1.pack": _PACK, "/status.cose": _LIST}
    for path, size in files.items():
        (public / path[1:]).write_bytes(os.urandom(size))
    plain = nginx.free_port()
    more = _PLAIN.format(port=plain, root=public)
    with nginx.served(public, folder, more=more) as ours:
        process = int((folder / "nginx.pid").read_text())
        for path, size in files.items():
            count = max(200, 400_000_000 // size)
            cases = {
                name: lambda port=port, path=path, count=count: count / _cpu(process, port, path, count)
                for name, port in (("ours", ours), ("plain", plain))
            }
            rounds = interleaved(cases, bench.effort.rounds, lambda text: bench.say(f"serving: {text}"))
            what = f"{path} ({size // 1000} kB) behind nginx, a CPU second"
            yield rounds.figure(what, "ours", "plain", LIMIT, "peer: nginx with nothing but root")


def _cpu(process: int, port: int, path: str, count: int) -> float:
    """Seconds of CPU that nginx spends on so many requests."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    size = _size(port, request)
    before = _spent(process)
    for _ in range(count // _AT_ONCE):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(request * _AT_ONCE)
            _read(client, size * _AT_ONCE)
    return _spent(process) - before


def _size(port: int, request: bytes) -> int:
    """Bytes of one response."""
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        response = b"".join(iter(lambda: client.recv(1 << 20), b""))
    if not response.startswith(b"HTTP/1.1 200"):
        raise ConnectionError(response[:200].decode("latin-1"))
    return len(response) + len("keep-alive") - len("close")


def _read(client: socket.socket, size: int) -> None:
    """Exactly so many bytes, thrown away."""
    place = bytearray(1 << 20)
    while size:
        got = client.recv_into(place, min(size, len(place)))
        if not got:
            raise ConnectionError("nginx closed the connection")
        size -= got


def _spent(process: int) -> float:
    """Seconds of CPU that a process has used; schedstat counts nanoseconds."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
