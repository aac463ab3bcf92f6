"""Whatever bytes a stranger sends to a decoder, it answers with a value or a refusal of its own, in bounded time."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from patience import hold
from pydantic import ValidationError

from sceau.domain import canonical, cose
from sceau.domain.errors import SceauError
from sceau.keys import certificate, signed_list, trust_list
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey
from sceau.keys.signer import SoftwareSigner
from sceau.seals import (
    base45,
    base64url,
    c40,
    carrier,
    claim169,
    deflate,
    foreign_cose,
    hcert,
    idb,
    mrz,
    pack,
    pack_index,
    published,
    recognise,
    shc,
    strict_json,
    token_status,
    twoddoc,
    vds,
    vdsnc,
)
from sceau.seals.positive_set import PositiveSet
from sceau.tlog import add_checkpoint, checkpoint, event, note, opening, policy, proof, receipt, tile
from sceau.verify_api import batch, changes, form, reports
from sceau.verify_api.receipt import read_receipt

DAY = date(2026, 1, 1)
SIGNER = SoftwareSigner.from_seed(bytes(32), Algorithm.ED25519)
KEY = TrustedKey(SIGNER.kid, Purpose.LISTS, SIGNER.algorithm, SIGNER.public, "MLI", "MAE", DAY, DAY)


def as_text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda data: read(data.decode("latin-1"))


def signed_body(read: Callable[[Any], Any]) -> Callable[[bytes], Any]:
    """A reader of what a signature vouches for, whose CBOR was read before."""
    return lambda data: read(canonical.decode_foreign(data))


def signed(payload: bytes) -> bytes:
    """What the key of receipts signed, whatever it is."""
    protected = cose.protected_header(cose.EDDSA, SIGNER.kid)
    return cose.join(protected, payload, SIGNER.sign(cose.to_sign(protected, payload)))


DECODERS: Mapping[str, Callable[[bytes], Any]] = {
    "base45": base45.decode,
    "base64url": as_text(base64url.decode),
    "c40": c40.decode,
    "canonical": canonical.decode,
    "canonical, foreign": canonical.decode_foreign,
    "carrier": carrier.read,
    "carrier, host": carrier.host_of,
    "certificate": certificate.read_csca,
    "cose": cose.split,
    "cose, foreign": foreign_cose.split,
    "deflate": deflate.inflate,
    "deflate, raw": lambda data: deflate.inflate(data, deflate.RAW),
    "json": strict_json.read,
    "json, canonical": lambda data: strict_json.canonical(strict_json.read(data)),
    "seal": recognise.parse,
    "seal, vds": vds.parse,
    "seal, claim 169": claim169.parse,
    "seal, idb": idb.parse,
    "seal, 2d-doc": twoddoc.parse,
    "seal, vds-nc": vdsnc.parse,
    "seal, hcert": hcert.parse,
    "seal, shc": shc.parse,
    "seal, mrz": mrz.parse,
    "status token": token_status.parse,
    "signed list": lambda data: signed_list.open_list(data, "status", KEY, 0),
    "trust list": lambda data: trust_list.read_trust_list(data, SIGNER.public),
    "list, status": signed_body(published.read_status),
    "list, issued": published.IssuedSet,
    "pack, file": lambda data: pack.read_file(data, pack.FULL),
    "pack, full": signed_body(pack.read_full),
    "pack, delta": signed_body(pack.read_delta),
    "pack, index": pack_index.read_index,
    "pack, positive set": lambda data: PositiveSet(data, len(data), bytes(16)),
    "batch": batch.read_line,
    "form": lambda data: form.read_form(b"multipart/form-data; boundary=b", b"--b\r\n" + data + b"\r\n--b--\r\n"),
    "question": changes.Question.model_validate_json,
    "report": reports.Report.model_validate_json,
    "receipt": lambda data: read_receipt(data, SIGNER.public),
    "receipt, signed": lambda data: read_receipt(signed(data), SIGNER.public),
    "log, checkpoint": as_text(checkpoint.parse),
    "log, note": note.parse,
    "log, vkey": as_text(note.parse_vkey),
    "log, policy": as_text(policy.parse),
    "log, proof": proof.parse,
    "log, receipt": receipt.parse,
    "log, event": event.parse,
    "log, opening": opening.parse,
    "log, tile": as_text(tile.parse_path),
    "log, add-checkpoint": add_checkpoint.parse,
}


@pytest.fixture(scope="module")
def samples(vectors: Path) -> list[bytes]:
    """Genuine content of every kind, from the vectors of others."""
    files = [path for path in sorted(vectors.rglob("*")) if path.is_file() and path.stat().st_size < 20_000]
    whole = [path.read_bytes() for path in files if path.suffix in ("", ".der", ".json") or "tlog" in path.parts]
    return [one for one in [*whole, *inside(vectors)] if one]


def inside(vectors: Path) -> Iterator[bytes]:
    for path in sorted((vectors / "seals").rglob("*.json")):
        for text in re.findall(r'"([^"\\]{16,})"', json.dumps(json.loads(path.read_text()), ensure_ascii=False)):
            yield bytes.fromhex(text) if re.fullmatch("(?:[0-9a-fA-F]{2})+", text) else text.encode()


@pytest.mark.parametrize("name", DECODERS)
def test_a_decoder_answers_or_refuses(name: str, samples: list[bytes]) -> None:
    decode = DECODERS[name]

    def answers(data: bytes) -> None:
        with suppress(SceauError, batch.Refused, form.FormInvalid, ValidationError):
            decode(data)

    hold(answers, samples)
