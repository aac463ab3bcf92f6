"""Leaves for a signer to sign, and the requests that ask for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.growth import Growth
from sceau.ledger.log.signer import CheckpointSigner, SigningRequest
from sceau.ledger.log.signer_process import RemoteSigner, listening
from sceau.tlog.merkle import leaf_hash

ORIGIN = "sceau.example/mli/1"


KEY = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)


LEAVES = [leaf_hash(b"%d" % n) for n in range(600)]


@contextmanager
def served(signer: CheckpointSigner, path: Path) -> Iterator[RemoteSigner]:
    with listening(path, signer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield RemoteSigner(path, signer.verifier)
        finally:
            server.shutdown()
            thread.join()


def grown(signer: CheckpointSigner, size: int, leaves: list[bytes] = LEAVES) -> SigningRequest:
    growth = Growth(signer.latest())
    growth.add(leaves[growth.size : size])
    return growth.request()
