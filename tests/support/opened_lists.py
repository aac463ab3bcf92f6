"""A published directory as a reader opens it, and as somebody changes it."""

from pathlib import Path

from sceau.verify_api.directory import Versions, open_directory


def opened(made, folder: Path, memory: Versions | None = None):
    return open_directory(folder, made.ROOT.public, memory or Versions())


def put(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.cose").write_bytes(content)
