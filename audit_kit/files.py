"""Files from strangers: a regular file of at most so many bytes, or none at all.

A pipe would be waited for, a device never ends, and a sparse file fills the memory: none of them is opened. Links are
followed, to whatever they lead.
"""

import stat
from pathlib import Path

from sceau.domain.errors import InputUnreadable


def read(path: Path, size_max: int) -> bytes:
    """The bytes of a file; FileNotFoundError where there is none, InputUnreadable for what is no file of that size."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InputUnreadable(f"{path}: no regular file", why_fr=f"{path} : pas un fichier ordinaire")
        if found.st_size > size_max:
            raise InputUnreadable(
                f"{path}: {found.st_size} bytes, at most {size_max}",
                why_fr=f"{path} : {found.st_size} octets, au plus {size_max}",
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(f"{path.name} is missing") from None
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
