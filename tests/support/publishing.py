"""An authority with all kinds of keys, and how its ledger enrols and retires them."""

from datetime import date

from sceau.domain.signing_key import KeyEnrolled, KeyRetired
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.projections.pack import Packing
from sceau.projections.publish import Publisher

NOW = 1_795_338_000  # 2026-11-22
FROM, UNTIL = date(2026, 1, 1), date(2027, 12, 31)
ACT = "PAR-2026-N-000012"
ROOT, LISTS, SEAL, OLD, LOST = (
    SoftwareSigner.from_seed(bytes((n,)) * 32, Algorithm.ED25519) for n in (11, 12, 13, 14, 15)
)
CSCA_KEY, VISAS = (SoftwareSigner.from_seed(bytes((n,)) * 32, Algorithm.ES256) for n in (16, 17))
CSCA = create_csca("ML", "CSCA Mali", CSCA_KEY, FROM, UNTIL, date(2041, 1, 1), lambda size: b"\7" * size)
VISA_DER = issue_barcode_signer(CSCA, CSCA_KEY, "MLV1", VISAS.public, 0x1A, FROM, date(2033, 1, 1), ["V"])
PACKING = Packing(bytes(16), {})
BY = Publisher("MLI", "https://verif.example/", ROOT, LISTS, (CSCA,))


def enrol(scribe, signer: SoftwareSigner, purpose: str, **more) -> None:
    key = KeyEnrolled(
        *(
            signer.kid,
            purpose,
            signer.algorithm.value,
            signer.public,
            "MLI",
            "PAR",
            FROM.isoformat(),
            UNTIL.isoformat(),
        ),
        **more,
    )
    scribe.write((f"key:{signer.kid.hex()}", key))


def retire(scribe, signer: SoftwareSigner, on: str, compromised: bool) -> None:
    scribe.write((f"key:{signer.kid.hex()}", KeyRetired(on, "why", compromised)))
