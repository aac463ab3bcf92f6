"""The seal of a document, made in the command that issues it and never again (HOUSE.md 5.10).

An office's own key seals what only this country reads (Claim 169); the central bar-code signer seals what ICAO's
world reads (VDS), as ICAO wants few such keys. Which key may seal what stands in the key's own stream.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sceau.domain.draft import Draft
from sceau.domain.errors import KeyRefused
from sceau.keys.signer import Signer
from sceau.ledger.unit import Unit
from sceau.seals import carrier, make
from sceau.seals.seal import seal_id

_MIXED = bytes(range(64))  # stands for the signature while the length is judged: it compresses no better


class Sealed(NamedTuple):
    """A seal and how it is known."""

    seal: bytes
    seal_id: bytes
    kid: bytes


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A private key at hand and how seals name it."""

    named: make.SealKey
    signer: Signer


class Sealer:
    """Seals with the keys at hand; `keys` maps (format, office) to keys, office "" for the central signer."""

    def __init__(self, keys: Mapping[tuple[str, str], SealingKey], address: str) -> None:
        self._keys = keys
        self._address = address

    def seal(self, unit: Unit, draft: Draft, number: str, serial: int) -> Sealed:
        """Make the seal of a decided document; the key joins the read-set."""
        declared = draft.type
        key = self._key(unit, declared.seal.format.value, declared.document_class.value)
        unsigned = make.prepare(
            make.Draft(
                declared,
                number,
                draft.values,
                unit.command.office,
                draft.issued_on,
                unit.time // 1000,
                draft.valid_until,
                draft.act.number if draft.act else None,
                serial,
                f"{self._address}s/{number[:-4]}",
            ),
            key.named,
        )
        carrier.check_length(unsigned.sealed(_MIXED), declared.seal.carrier, self._address)
        signature = key.signer.sign(unsigned.to_sign)
        identity = seal_id(unsigned.format, unsigned.to_sign, signature)
        return Sealed(unsigned.sealed(signature), identity, key.signer.kid)

    def _key(self, unit: Unit, seal_format: str, document_class: str) -> SealingKey:
        office = unit.command.office
        key = self._keys.get((seal_format, office)) or self._keys.get((seal_format, ""))
        if key is None:
            raise KeyRefused(
                f"no {seal_format} sealing key at hand for {office}",
                why_fr=f"aucune clé de sceau {seal_format} à disposition pour {office}",
            )
        state = unit.key(key.signer.kid)
        if not state.active(unit.day) or state.enrolled is None or document_class not in state.enrolled.classes:
            raise KeyRefused(
                f"the {seal_format} key {key.signer.kid.hex()} may not seal {document_class} on {unit.day}",
                why_fr=f"la clé {seal_format} {key.signer.kid.hex()} ne scelle pas {document_class} le {unit.day}",
            )
        return key
