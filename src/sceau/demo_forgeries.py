"""Three papers that nobody should accept, drawn like genuine ones.

    altered       one byte of a genuine code was changed                        FORGED
    unknown_key   well signed, by a key that no trust list names                UNKNOWN_ISSUER
    stolen_key    well signed by the mission's own key, never issued            NOT_ISSUED

The stolen key's seal is dated at the instant of the issued list, which therefore knows: younger than the list, it would
be NEWER_THAN_LIST.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sceau.cli_session import Session
from sceau.desk.counter import paper_of
from sceau.desk.paper import Paper
from sceau.desk.printing import print_pdf
from sceau.domain.document_type import Label
from sceau.keys.keyring import Algorithm, Signer
from sceau.keys.signer import SoftwareSigner
from sceau.seals import carrier, make

_ALTERED, _COPIED = "life_certificate", "birth_extract"
_NEVER_GIVEN = "ZZZZ"  # the serial of a number that the register will not reach


@dataclass(frozen=True, slots=True)
class Forgery:
    """A false paper: drawn after the document of type `of`."""

    name: str
    title: Label
    of: str
    pdf: bytes
    expected: str


def all_of(session: Session, documents: Mapping[str, str], issued_at: int) -> Iterator[Forgery]:
    """The three; `issued_at` is the issued list's own instant in Unix seconds."""
    altered = paper_of(session.counter, documents[_ALTERED], 0)
    code = _changed(altered)
    title = Label("Un octet changé", "One byte changed")
    yield Forgery("altered", title, _ALTERED, _drawn(altered, code), "FORGED")

    genuine = paper_of(session.counter, documents[_COPIED], 0)
    stranger = SoftwareSigner.from_seed(os.urandom(32), Algorithm.ED25519)
    title = Label("Clé inconnue", "Unknown key")
    yield Forgery(
        "unknown_key", title, _COPIED, _drawn(genuine, _signed(session, genuine, stranger, issued_at)), "UNKNOWN_ISSUER"
    )

    office = session.ledger.issuance.states.get(f"document:{genuine.number}").state.issued.office
    stolen = session.ledger.keystore.signer(f"seal:{office}")
    title = Label("Bonne clé, jamais délivré", "Right key, never issued")
    yield Forgery(
        "stolen_key", title, _COPIED, _drawn(genuine, _signed(session, genuine, stolen, issued_at)), "NOT_ISSUED"
    )


def _changed(paper: Paper) -> bytes:
    """The code with the first letter of the given names replaced by the next one."""
    seal = next(attached.data for attached in paper.attachments if attached.name == "sceau.bin")
    at = seal.index(paper.values["given_names"].encode())
    changed = seal[:at] + bytes([seal[at] + 1]) + seal[at + 1 :]
    return carrier.write(changed, paper.type.seal.carrier, paper.address.upper())


def _signed(session: Session, paper: Paper, signer: Signer, issued_at: int) -> bytes:
    """A code of the same content under another number, signed by this key."""
    state = session.config.state
    issued_on = datetime.fromtimestamp(issued_at, UTC).date()
    number = paper.number[:-4] + _NEVER_GIVEN
    draft = make.Draft(
        paper.type,
        number,
        paper.values,
        "BAG",
        issued_on,
        issued_at,
        paper.valid_until,
        paper.act_number,
        0,
        f"{state.address}s/{number[:-4]}",
    )
    unsigned = make.prepare(draft, make.SealKey(state.authority, state.country, signer.kid.hex()))
    sealed = unsigned.sealed(signer.sign(unsigned.to_sign))
    return carrier.write(sealed, paper.type.seal.carrier, state.address.upper())


def _drawn(paper: Paper, code: bytes) -> bytes:
    return print_pdf(replace(paper, code_payload=code))
