"""`python -m`, and the entry of the single file."""

import sys

from sceau.audit_kit.cli import main

if __name__ == "__main__":  # processes that are spawned read this file too
    sys.exit(main())
