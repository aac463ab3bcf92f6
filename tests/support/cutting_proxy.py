"""A proxy before PostgreSQL that can swallow one reply: the commit happens, the client never hears of it."""

import contextlib
import socket
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class CuttingProxy:
    """Listens on a Unix socket in `folder` and forwards to the server of `url`; `cut` arms it for one reply."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
        host = options.get("host", [parts.hostname or ""])[0]
        port = options.get("port", [parts.port or 5432])[0]
        self._server = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, int(port))
        self.url = f"postgresql://{parts.username or ''}@/{parts.path.lstrip('/')}?host={folder}"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._marker: bytes | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, marker: bytes) -> None:
        """Swallow the reply to the next request that contains `marker`, and drop that connection."""
        self._marker = marker

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        cutting = threading.Event()
        with client, socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET) as server:
            server.connect(self._server)
            back = threading.Thread(target=self._pump, args=(server, client, False, cutting), daemon=True)
            back.start()
            self._pump(client, server, True, cutting)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket, to_server: bool, cutting: threading.Event) -> None:
        try:
            while data := source.recv(1 << 16):
                if to_server and self._marker is not None and self._marker in data:
                    self._marker = None
                    cutting.set()
                if not to_server and cutting.is_set():
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
