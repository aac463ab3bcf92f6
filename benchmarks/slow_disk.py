"""A slower disk, for ours and for the peer alike: a library loaded before all others sleeps after each sync.

Durable commits are what group commit saves, so its ratio depends on the disk. A machine whose host keeps writes in its
memory syncs in 0.15 ms; disks that keep their word take 0.5 to 10 ms (--sync-us adds so much).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

EXTRA = "SYNC_US"
_SOURCE = Path(__file__).with_suffix(".c")


def run_again(arguments: Sequence[str], extra_us: int) -> int:
    """Run the benchmark in a process with that library; needs a C compiler. Its exit code."""
    with tempfile.TemporaryDirectory(prefix="sceau-disk-") as folder:
        Path(folder).chmod(0o755)  # the database server is another user
        library = Path(folder) / "slow_disk.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl"], check=True)
        slow = {**os.environ, "LD_PRELOAD": str(library), EXTRA: str(extra_us)}
        return subprocess.run([sys.executable, sys.argv[0], *arguments], env=slow, check=False).returncode
