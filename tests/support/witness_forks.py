"""Who signs as nobody asked for, and whose cosignatures a published head bears."""

from log_house import LogHouse

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.note import parse

MALLORY = SoftwareSigner.from_seed(b"\x66" * 32, Algorithm.ED25519)


def signed_by(log: LogHouse) -> set[str]:
    return set(log.policy.met_by(parse(log.directory.read("checkpoint"))).witnesses)
