"""Python and the page say the same, word for word, of our own seals and of what strangers make of them."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import foreign_seals
import pytest
from mutations import mutants
from surgery import claim169_seals, vds_seals

from sceau.domain.document_type import Carrier
from sceau.domain.errors import SealError
from sceau.seals.recognise import parse
from sceau.seals.vds_profiles import PROFILES
from sceau.verify_api.scan import scan

TODAY = date(2026, 11, 22)
HOST = "verif.example"
CARRIERS = tuple(Carrier)


@pytest.mark.parametrize("days", [-400, -3, -2, -1, 0, 1, 2, 7, 8, 400])
def test_at_every_age_of_the_lists(made: Any, state: Any, both: Callable[..., Any], days: int) -> None:
    codes = [state.issue(made.visa()), state.issue(made.extract()), made.visa(number="X1"), made.extract("X2")]
    codes.append(made.extract("X3", made.NOON))  # at the very second of the lists
    for state_said, reason in (("revoked", "stolen"), ("suspended", "court"), ("superseded", "unheard_of")):
        codes.append(state.issue(made.visa(number=reason[:9].upper().replace("_", ""))))
        state.say(codes[-1], state_said, reason)
    assert both().differences(codes, TODAY + timedelta(days=days), HOST) == []


@pytest.mark.parametrize("until", [-1, 0, 1, 3])
@pytest.mark.parametrize("today", [1, 2, 4, 500])
def test_of_an_end_that_the_clock_alone_tells(
    made: Any, state: Any, both: Callable[..., Any], until: int, today: int
) -> None:
    code = state.issue(made.visa(valid_until=TODAY + timedelta(days=until)))
    day = TODAY + timedelta(days=today)
    verdict = scan(code, state.trust, state.status_list, state.issued_list, day)
    told = "C'est l'horloge de cet appareil qui le dit" in verdict.reason("fr")
    assert told is (verdict.code.value == "EXPIRED" and until >= 0 and today > 1)
    assert both().differences([code], day) == []


def test_of_everything_that_can_be_wrong_with_a_genuine_seal(made: Any, state: Any, both: Callable[..., Any]) -> None:
    codes = [
        made.visa(valid_until=date(2026, 11, 21)),
        made.visa(issued_on=date(2026, 11, 24)),
        made.visa(signed_on=date(2028, 1, 1)),
        made.visa(signed_on=date(2025, 1, 1)),
        made.visa(country="BFA"),
        made.visa(reference="1B"),
        made.visa(by=made.OTHER_VISAS),
        made.extract(exp=made.NOON - 1),
        made.extract(nbf=made.NOON + made.DAY),
        made.extract(issued_at=made.NOON + 3600),
        made.extract(issued_at=0),
        made.extract(issuer="https://other.example"),
        made.extract(by=made.OTHER),
        made.extract(kid=made.OTHER.kid),
        made.extract(document_class=None),
        made.extract(document_class="visa"),
        made.extract(algorithm=-7),
        made.extract(address="HTTPS://VERIF.EXAMPLE.EVIL/"),
        made.extract(address="https://verif.example:443/"),
        made.extract(address="HTTPS://X@VERIF.EXAMPLE/"),
        *(made.extract(by_carrier=carrier) for carrier in CARRIERS),
    ]
    state.issued += [code for code in codes if parsed(code)]
    assert both().differences(codes, TODAY, HOST) == []
    assert both(status=False).differences(codes, TODAY) == []
    assert both(issued=False).differences(codes, TODAY) == []


@pytest.mark.parametrize(("status", "ended_on"), [("retired", date(2026, 11, 1)), ("revoked", date(2026, 11, 11))])
def test_under_a_key_that_has_ended(
    made: Any, state: Any, both: Callable[..., Any], status: str, ended_on: date
) -> None:
    codes = [
        state.issue(made.visa()),
        state.issue(made.extract()),
        state.issue(made.extract("A", made.NOON - 30 * made.DAY)),
    ]
    state.replaced(made.VISA_KEY, status=status, ended_on=ended_on)
    state.replaced(made.CIVIL_KEY, status=status, ended_on=ended_on)
    assert both().differences(codes, TODAY) == []


def test_of_the_seals_of_another_authority(made: Any, state: Any, both: Callable[..., Any]) -> None:
    state.replaced(made.CIVIL_KEY, authority="BFA")
    assert both().differences([state.issue(made.extract())], TODAY) == []


@pytest.mark.in_chromium_too
def test_of_every_declared_type(made: Any, state: Any, both: Callable[..., Any], sealed_types: list[bytes]) -> None:
    classes = frozenset({"civil_status", "administrative", "identity", "travel", "visa"})
    state.replaced(made.VISA_KEY, classes=classes)
    state.replaced(made.CIVIL_KEY, classes=classes)
    state.issued += sealed_types
    assert {
        scan(code, state.trust, state.status_list, state.issued_list, TODAY).code.value for code in sealed_types
    } == {"VALID"}
    assert both().differences(sealed_types, TODAY, HOST) == []


@pytest.mark.in_chromium_too
def test_of_mutations(made: Any, state: Any, both: Callable[..., Any], sealed_types: list[bytes]) -> None:
    genuine = [made.visa(), *(made.extract(by_carrier=carrier) for carrier in CARRIERS)]
    for code in genuine:
        state.issue(code)
    state.say(genuine[1], "revoked", "lost")
    chance = random.Random(20261122)
    codes = [mutant for code in genuine + sealed_types for mutant in mutants(code, chance, 150)]
    assert both().differences(codes, TODAY, HOST) == []


@pytest.mark.in_chromium_too
def test_of_the_seals_of_others(state: Any, both: Callable[..., Any], vectors: Path) -> None:
    codes = list(read(vectors))
    assert len(codes) > 40
    chance = random.Random(9303)
    more = [mutant for code in codes for mutant in mutants(code, chance, 10)]
    assert both().differences([*codes, *more], TODAY) == []


def read(vectors: Path) -> Iterator[bytes]:
    """Every code in the vectors of others, whatever its file calls it."""
    for file in sorted((vectors / "seals").rglob("*.json")):
        vector = json.loads(file.read_text())
        for text in texts(vector):
            yield bytes.fromhex(text) if re.fullmatch("(?:[0-9a-fA-F]{2})+", text) else text.encode()


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("hex", "qr", "qr_data", "text", "PREFIX", "COMPRESSED", "COSE") and isinstance(one, str):
                yield one
            else:
                yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def parsed(code: bytes) -> bool:
    try:
        return parse(code) is not None
    except SealError:
        return False


def test_of_tokens_that_their_key_signed_in_every_form(made: Any, state: Any, both: Callable[..., Any]) -> None:
    state.replaced(made.CIVIL_KEY, classes=frozenset({"civil_status", "unclassified"}))
    chance = random.Random(169)
    codes = list(claim169_seals(made.CIVIL, made.ISSUER, made.NOON - made.DAY, chance, 2_000))
    state.issued += [code for code in codes if parsed(code)]
    assert both().differences(codes, TODAY) == []


def test_of_visas_that_their_key_signed_in_every_form(made: Any, state: Any, both: Callable[..., Any]) -> None:
    state.replaced(made.VISA_KEY, classes=frozenset({"visa", "travel", "unclassified"}))
    chance = random.Random(13)
    codes = list(vds_seals(made.VISAS, [*PROFILES, "5D99", "0000"], chance, 2_000))
    state.issued += [code for code in codes if parsed(code)]
    assert both().differences(codes, TODAY) == []


@pytest.mark.in_chromium_too
def test_of_foreign_seals_whose_keys_are_held(made: Any, state: Any, both: Callable[..., Any]) -> None:
    """Every format, algorithm and kind of content, and what strangers make of them."""
    state.keys = (*state.keys, *foreign_seals.KEYS)
    chance = random.Random(22376)
    codes = list(foreign_seals.codes(chance, 200))
    believed = [scan(code, state.trust, state.status_list, state.issued_list, TODAY) for code in codes]
    held = {verdict.seal.format for verdict in believed if verdict.believed}
    assert held == {"vds", "idb", "vdsnc", "2ddoc", "hcert", "shc"}
    assert both().differences(codes, TODAY, HOST) == []
    changed = [mutant for code in codes[:120] for mutant in mutants(code, chance, 12)]
    assert both().differences(changed, TODAY, HOST) == []


def test_of_a_seal_that_says_nothing(state: Any, both: Callable[..., Any]) -> None:
    state.keys = (*state.keys, replace(foreign_seals.key_of("vdsnc", "UTO"), authority="MLI"))
    code = state.issue(foreign_seals.nothing_said())
    verdict = scan(code, state.trust, state.status_list, state.issued_list, TODAY)
    assert (verdict.code.value, verdict.colour.value) == ("VALID", "amber")
    assert [note.name for note in verdict.notes] == ["NOTHING_TO_COMPARE"]
    assert both().differences([code], TODAY) == []


def test_of_zones(state: Any, both: Callable[..., Any]) -> None:
    chance = random.Random(9303)
    zones = [foreign_seals.TD1, foreign_seals.TD2, foreign_seals.TD3, foreign_seals.MRV_B]
    codes = [foreign_seals.bent(zone, chance) for zone in zones for _ in range(200)]
    widths = {90: 30, 88: 44, 72: 36}
    broken = [
        "\n".join(code[at : at + widths[len(code)]] for at in range(0, len(code), widths[len(code)])) for code in codes
    ]
    assert both().differences([code.encode() for code in codes + broken], TODAY) == []


STRANGERS = (
    "https://verif.example/ HTTPS://VERIF.EXAMPLE/# https://verif.example.evil.org/x#AAAA https://verif.exampIe/#y "
    "https://xn--vrif-7oa.example/ https://verif.example@evil.org/ https://verif.example:99/ http://verif.example/ "
    "WIFI:T:WPA;S:x;; wifi:x begin:vcard MATMSG:TO:x geo:1,2 000201010211 otpauth://totp/x mdoc:x 4006381333931 123 "
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.AA openid4vp://x hello"
)


def test_of_codes_that_are_no_seal(state: Any, both: Callable[..., Any]) -> None:
    codes = [code.encode() for code in STRANGERS.split(" ")]
    codes += ["https://vérif.example/".encode(), b"M1DESMARAIS/LUC       EABC123 YULFRAAC 0834 326J001A0025 100"]
    codes += [b"BCD\n002\n1\nSCT\n", b"@\n\x1e\rANSI 636026", b"HTTPS://VERIF.EXAMPLE/#" + b"2KCE2" * 20 + b"1"]
    chance = random.Random(792)
    more = [mutant for code in codes for mutant in mutants(code, chance, 60)]
    assert both().differences([*codes, *more], TODAY, HOST) == []
