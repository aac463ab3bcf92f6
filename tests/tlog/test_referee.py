"""An independent implementation judges our logs, and we judge its: Go's own `sumdb/note` and `sumdb/tlog`, Ed25519
and ML-DSA-44, which come with the Go toolchain (1.27 or later) wherever `go` is installed. The program is in referee/.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sceau.domain.errors import ProofInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import MlDsa44Signer, cosign, cosign_mldsa44
from sceau.tlog.edge import Edge
from sceau.tlog.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from sceau.tlog.note import COSIGNATURE, ED25519, MLDSA44, Note, Verifier
from sceau.tlog.policy import parse as parse_policy
from sceau.tlog.tile import TileReader

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
PQ_SIGNER = MlDsa44Signer.from_seed(b"\7" * 32)
TIME = 1_700_000_000
SIZES = [1, 2, 255, 256, 257, 700]
BIG = 65_537


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture(scope="session")
def referee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The referee, built; its packages are taken from the toolchain's own sources."""
    go = shutil.which("go", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if go is None:
        reason = "the referee Go stands in requirements/referee.txt, which .ci/run lays over"
        pytest.fail(reason) if os.environ.get("SCEAU_REFEREE") else pytest.skip(reason)
    folder = tmp_path_factory.mktemp("referee")
    goroot = subprocess.run([go, "env", "GOROOT"], check=True, capture_output=True, text=True).stdout.strip()
    module = folder / "mod"
    shutil.copytree(Path(goroot) / "src/cmd/vendor/golang.org/x/mod/sumdb", module / "sumdb")
    shutil.copy(Path(__file__).parent / "referee/main.go", folder)
    (module / "go.mod").write_text("module golang.org/x/mod\ngo 1.25\n")
    (folder / "go.mod").write_text(
        "module referee\ngo 1.27\nrequire golang.org/x/mod v0.0.0\nreplace golang.org/x/mod => ./mod\n"
    )
    settings = {"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    built = subprocess.run(
        [go, "build", "-o", "referee", "."], cwd=folder, env=os.environ | settings, capture_output=True
    )
    assert built.returncode == 0, built.stderr.decode()
    return folder / "referee"


def write_log(folder: Path, size: int, step: int) -> None:
    """A log of ours: checkpoint, tiles, keys and proofs."""
    leaves = [leaf_hash(f"entrée {number}".encode()) for number in range(size)]
    edge, stored = Edge(), dict[str, bytes]()
    for at in range(0, size, step):
        edge, written = edge.grow(b"".join(leaves[at : at + step]))
        stored.update({tile.path: data for tile, data in written.items()})
    for path, data in stored.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    head = Checkpoint("a.example/log", size, edge.root())
    cosigned = (
        cosign(head.body(), "a.example/w4", SIGNER, TIME),
        cosign_mldsa44(head.body(), "a.example/w6", PQ_SIGNER, TIME),
    )
    (folder / "checkpoint").write_bytes(Note(head.body(), (*head.sign(SIGNER).signatures, *cosigned)).encode())
    (folder / "proofs.json").write_text(json.dumps(proofs_of(leaves, TileReader(size, head.root, stored.__getitem__))))


def proofs_of(leaves: list[bytes], reader: TileReader) -> dict[str, Any]:
    size = len(leaves)
    chosen = sorted({*range(0, size, 1 + size // 150), size - 1})
    return {
        "Log": Verifier("a.example/log", ED25519, SIGNER.public).vkey,
        "Witness": Verifier("a.example/w4", COSIGNATURE, SIGNER.public).vkey,
        "Mirror": Verifier("a.example/w6", MLDSA44, PQ_SIGNER.public).vkey,
        "Inclusion": [
            {"Index": n, "Leaf": encoded(leaves[n]), "Proof": [*map(encoded, inclusion_proof(n, size, reader.node))]}
            for n in chosen
        ],
        "Consistency": [
            {
                "Old": n + 1,
                "Root": encoded(root(n + 1, reader.node)),
                "Proof": [*map(encoded, consistency_proof(n + 1, size, reader.node))],
            }
            for n in chosen
        ],
    }


def judged(referee: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([referee, "check", folder], capture_output=True, text=True)


@pytest.mark.parametrize(("size", "step"), [*((size, 100) for size in SIZES), (BIG, 4096)])
def test_the_referee_accepts_our_log(referee: Path, tmp_path: Path, size: int, step: int) -> None:
    write_log(tmp_path, size, step)
    result = judged(referee, tmp_path)
    assert result.stdout.startswith(f"accepted {size} "), result.stderr


@pytest.mark.parametrize("name", ["checkpoint", "proofs.json", "tile/0/000", "tile/1/000.p/1", "tile/0/001.p/44"])
def test_the_referee_refuses_what_was_touched(referee: Path, tmp_path: Path, name: str) -> None:
    """Or its yes would say nothing."""
    write_log(tmp_path, 300, 100)
    data = bytearray((tmp_path / name).read_bytes())
    at = data.index(b'"Leaf": "') + 12 if name == "proofs.json" else 20
    data[at] ^= 1
    (tmp_path / name).write_bytes(data)
    result = judged(referee, tmp_path)
    assert (result.returncode, result.stdout) == (1, "")


@pytest.mark.parametrize("size", SIZES)
def test_we_accept_the_referees_log(referee: Path, tmp_path: Path, size: int) -> None:
    subprocess.run([referee, "make", tmp_path, str(size)], check=True)
    made = json.loads((tmp_path / "proofs.json").read_text())
    policy = parse_policy(
        f"log {made['Log']}\nwitness w4 {made['Witness']}\nwitness w6 {made['Mirror']}\ngroup G all w4 w6\nquorum G\n"
    )
    quorum = policy.met_by(notes.parse((tmp_path / "checkpoint").read_bytes()))
    assert (quorum.met, quorum.witnesses) == (True, {"w4": TIME, "w6": TIME})
    head = quorum.checkpoint
    reader = TileReader(head.size, head.root, lambda path: (tmp_path / path).read_bytes())
    for case in made["Inclusion"]:
        proof = [*map(base64.b64decode, case["Proof"])]
        verify_inclusion(case["Index"], size, base64.b64decode(case["Leaf"]), proof, head.root)
        assert inclusion_proof(case["Index"], size, reader.node) == proof
        if proof:
            with pytest.raises(ProofInvalid):
                verify_inclusion(case["Index"], size, base64.b64decode(case["Leaf"]), proof[:-1], head.root)
    for case in made["Consistency"]:
        proof = [*map(base64.b64decode, case["Proof"])]
        verify_consistency(case["Old"], size, base64.b64decode(case["Root"]), head.root, proof)
        assert consistency_proof(case["Old"], size, reader.node) == proof
