"""A published directory with a page in it: every kind of file, how each is served, and what must not be."""

from pathlib import Path

PAGE = {
    "index.html": b"<!doctype html><title>sceau</title>",
    "sw.js": b"self.addEventListener('fetch', () => {})\n" * 50,
    "manifest.webmanifest": b'{"format": "sceau.example/1"}',
    "page/app.js": b"export const a = 1\n" * 100,
    "page/style.css": b"body { margin: 0; color: black }\n",
    "page/icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "page/vendor/zxing/reader.wasm": b"\0asm" * 100,
    "pack/index.json": b'{"format": "sceau.example/1"}',
    "pack/full-7.pack": bytes(range(256)) * 1200,
    "pack/delta-7-8.pack": b"delta",
    "index.json": b'{"format": "sceau.example/1"}',
    "index.tlog-proof": b"c2sp.org/tlog-proof@v1\n",
    "root.pub": b"00",
    "s/PA26.cwt": b"cwt",
}
IMMUTABLE = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300, stale-while-revalidate=3600"
SERVED = {
    "/": ("text/html; charset=utf-8", "no-cache"),
    "/index.html": ("text/html; charset=utf-8", "no-cache"),
    "/sw.js": ("text/javascript; charset=utf-8", "no-cache"),
    "/manifest.webmanifest": ("application/manifest+json", "no-cache"),
    "/page/app.js": ("text/javascript; charset=utf-8", "no-cache"),
    "/page/style.css": ("text/css; charset=utf-8", "no-cache"),
    "/page/icon.svg": ("image/svg+xml", "no-cache"),
    "/page/vendor/zxing/reader.wasm": ("application/wasm", "no-cache"),
    "/pack/index.json": ("application/json", "no-cache"),
    "/pack/full-7.pack": ("application/cbor", IMMUTABLE),
    "/pack/delta-7-8.pack": ("application/cbor", IMMUTABLE),
    "/index.json": ("application/json", "no-cache"),
    "/index.tlog-proof": ("text/plain; charset=utf-8", "no-cache"),
    "/root.pub": ("application/octet-stream", FIVE_MINUTES),
    "/s/PA26.cwt": ("application/statuslist+cwt", FIVE_MINUTES),
    "/trust.cose": ("application/cose", FIVE_MINUTES),
    "/lookup.cose": ("application/cose", FIVE_MINUTES),
}
HOSTILE = (
    *("/../secret.js", "/page/../../secret.js", "/page/..%2f..%2fsecret.js", "/page/%2e%2e/%2e%2e/secret.js"),
    *("/page/....//secret.js", "/page//etc/passwd", "/page/%00.js", "/page/app.js%00", "/page/app.js/", "/page/"),
    *("/page/.hidden.js", "/page", "/pack/", "/pack/.index.json", "/pack/index.json~", "/.status.tmp", "/.status.cose"),
    *("/page/link.js", "/page/linked/secret.js", "/page/folder.js", "/secret.js", "/seen.json", "/none.cose"),
    *("/page/app.js\\..\\..\\secret.js", f"/page/{'a' * 5000}.js", "/page/a/b/c/d/e/f.js"),
)


def write_page(folder: Path) -> Path:
    """Put the page's files beside the lists."""
    for name, content in PAGE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def write_secrets(folder: Path) -> None:
    """Put what nobody may be given where HOSTILE looks for it."""
    (folder.parent / "secret.js").write_text("secret")
    for name in ("secret.js", "seen.json", ".status.tmp", ".status.cose", "page/.hidden.js"):
        (folder / name).write_text("secret")
    (folder / "page" / "link.js").symlink_to(folder.parent / "secret.js")
    (folder / "page" / "linked").symlink_to(folder.parent)
    (folder / "page" / "folder.js").mkdir()
