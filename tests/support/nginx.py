"""A real nginx (Debian package `nginx-light`) with the server block that docs/operate/nginx.md gives to operators.

One process without a master, in a folder of its own, on loopback ports that were free a moment ago; stopped at the end.
"""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate" / "nginx.md"
_FRAME = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {block}
    {more}
}}
"""


class NoNginx(Exception):
    """There is none on this machine."""


def program() -> str:
    """Where nginx is, or NoNginx."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NoNginx("no nginx: apt install nginx-light")
    return found


def block(directory: Path, port: int, upstream: int) -> str:
    """The block of the page, with the four lines that are the operator's changed to this machine's."""
    (text,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text(), re.DOTALL)
    kept = [line for line in text.splitlines() if not line.rstrip().endswith("# yours")]
    assert len(kept) == len(text.splitlines()) - 4
    return (
        "\n".join(kept)
        .replace("server {", f"server {{\n    listen 127.0.0.1:{port};")
        .replace("/var/lib/sceau/public", str(directory))
        .replace("http://127.0.0.1:8169", f"http://127.0.0.1:{upstream}")
    )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def served(directory: Path, folder: Path, upstream: int = 9, more: str = "") -> Iterator[int]:
    """`directory` behind nginx, what needs a program passed on to `upstream`; `more` stands beside it; the port."""
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(_FRAME.format(folder=folder, block=block(directory, port, upstream), more=more))
    with subprocess.Popen([program(), "-p", str(folder), "-c", str(config)], stderr=subprocess.PIPE) as process:
        try:
            wait(port, process)
            yield port
        finally:
            process.terminate()


def wait(port: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until somebody listens; OSError if `process` ends before, or after 20 s."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            raise OSError((process.stderr.read() if process.stderr else b"").decode())
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise OSError(f"nobody listens on {port}")
