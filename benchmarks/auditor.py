"""One run of the auditor's program, timed; nothing else is loaded, so that its peak is the program's own.

python benchmarks/auditor.py EXPORT STATE WORKERS     prints peak (kB) and seconds
"""

import io
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

from measure import peak_kb

from sceau.audit_kit.cli import main


def _main(export: str, state: str, workers: str) -> int:
    """The whole program; what it found goes to stderr if not everything holds, or no view was compared."""
    policy = str(Path(export) / "log" / "tlog-policy")
    start = time.perf_counter()
    with redirect_stdout(io.StringIO()) as told:
        command = [export, "--policy", policy, "--state", state, "--workers", workers, "--quiet", "--lang", "en"]
        code = main(command)
    seconds = time.perf_counter() - start
    if code or "status_v1" not in told.getvalue():
        sys.stderr.write(told.getvalue())
        return code or 1
    sys.stdout.write(f"{peak_kb()} {seconds:.6f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
