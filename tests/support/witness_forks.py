"""Witnesses that lie, or show a head of another history, made from those of a test house."""

from log_house import LogHouse

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.note import parse

MALLORY = SoftwareSigner.from_seed(b"\x66" * 32, Algorithm.ED25519)


def signed_by(log: LogHouse) -> set[str]:
    return set(log.policy.met_by(parse(log.directory.read("checkpoint"))).witnesses)
