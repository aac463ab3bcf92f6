"""Records of keys: found by seal name and id, one purpose each, in their period."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sceau.domain.errors import ListInvalid, UnknownKey
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList


def test_a_key_is_found_by_seal_name_and_by_kid_for_its_purpose_only(state: Any) -> None:
    visas = state.key(Purpose.SEAL, "vds")
    assert state.trust.seal_key("vds", "MLV1", "01A3") is visas
    assert state.trust.by_kid(visas.kid, Purpose.SEAL) is visas
    for name in (
        ("vds", "MLV1", "01a3"),
        ("vds", "MLV1", "1A3"),
        ("claim169", "MLV1", "01A3"),
        ("vds", "MLV2", "01A3"),
    ):
        with pytest.raises(UnknownKey):
            state.trust.seal_key(*name)
    for kid, purpose in ((visas.kid, Purpose.LISTS), (bytes(8), Purpose.SEAL)):
        with pytest.raises(UnknownKey):
            state.trust.by_kid(kid, purpose)


def test_one_key_one_record_one_purpose(state: Any) -> None:
    visas = state.key(Purpose.SEAL, "vds")
    twice = replace(visas, purpose=Purpose.EVENT)
    same_name = replace(visas, kid=bytes(8), public=state.authority.public)
    for other, why in ((twice, "listed twice"), (same_name, "same format")):
        with pytest.raises(ListInvalid, match=why):
            TrustList("MLI", 1, 0, 1, (visas, other))


def test_the_signing_period_includes_both_days_and_ends_with_retirement(state: Any) -> None:
    active, retired = state.key(Purpose.LISTS), state.key(Purpose.EVENT)
    days = [
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2027, 12, 31),
        date(2028, 1, 1),
    ]
    assert [active.signs_on(day) for day in days] == [False, True, True, True, True, False]
    assert [retired.signs_on(day) for day in days] == [False, True, True, False, False, False]


def test_the_public_half_needs_no_private_key_code() -> None:
    """In a fresh process: what the checker imports brings neither the private half nor the ledger."""
    script = (
        "import sys, sceau.keys.trust_list, sceau.keys.signed_list, sceau.keys.keyring\n"
        "names = 'signer keystore private_file vault personal box authority'.split()\n"
        "bad = [n for n in names if f'sceau.keys.{n}' in sys.modules]\n"
        "bad += [n for n in ('sceau.ledger', 'eventsourcing', 'sqlite3') if n in sys.modules]\n"
        "sys.exit(repr(bad) if bad else 0)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ, timeout=60)


def test_a_record_is_read_as_it_is_written() -> None:
    record = {
        **{"purpose": "seal", "algorithm": "Ed25519", "public": bytes(32), "authority": "MLI", "office": "PAR"},
        **{"valid_from": "2026-01-01", "valid_until": "2027-12-31", "format": "claim169", "issuer": "ML"},
        **{"reference": "1a", "country": "", "classes": ["visa", "civil_status"], "status": "retired"},
        **{"ended_on": "2026-06-30", "certificate": b""},
    }
    key = TrustedKey.of(b"kid", record)
    assert (key.kid, key.purpose, key.algorithm) == (b"kid", Purpose.SEAL, Algorithm.ED25519)
    assert (key.valid_from, key.ended_on) == (date(2026, 1, 1), date(2026, 6, 30))
    assert key.classes == {"visa", "civil_status"}
    assert {name: getattr(key, name) for name in ("office", "issuer", "reference", "status")} == {
        name: record[name] for name in ("office", "issuer", "reference", "status")
    }
    assert TrustedKey.of(b"kid", {**record, "ended_on": None}).ended_on is None
    for name, wrong in (("purpose", "seals"), ("valid_from", "1/1/2026"), ("classes", None), ("algorithm", "RS256")):
        with pytest.raises((ValueError, TypeError)):
            TrustedKey.of(b"kid", {**record, name: wrong})
        with pytest.raises(KeyError):
            TrustedKey.of(b"kid", {key: value for key, value in record.items() if key != name})
