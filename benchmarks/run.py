"""The figures, as ratios: ours beside a peer on the same machine, files and server, in the same run.

    python benchmarks/run.py [--only NAME ...] [--json FILE] [--quick]

NAME is a group: issue, importing, leaf, auditing, rebuilding, scanning, api, printing, memory; `million` only when named.
A figure that falls short is said so and does not end the run; nothing is asserted. docs/adr/0004 tells how to read them.
"""

import argparse
import importlib
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from ground import Bench
from measure import FULL, QUICK, Figure
from postgres_server import NoServer

_GROUPS = {
    "issue": "figures",
    "importing": "figures",
    "leaf": "figures",
    "auditing": "figures",
    "rebuilding": "figures",
    "scanning": "figures",
    "api": "figures",
    "printing": "figures",
    "memory": "figures",
}
_LONG = {"million": "memory"}


def main(arguments: Sequence[str]) -> int:
    """Run the groups that are asked for and print their figures; 1 if one could not be run."""
    parser = argparse.ArgumentParser(description="The figures, as ratios.")
    parser.add_argument("--only", nargs="+", choices=[*_GROUPS, *_LONG], metavar="NAME", help="groups to run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a smoke test")
