"""A signed "I checked": what it says, to whom, and that every other byte of it is refused."""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sceau.domain import canonical, cose
from sceau.domain.errors import InputUnreadable, SceauError, SignatureInvalid
from sceau.seals.recognise import parse
from sceau.verify_api.app import create_app
from sceau.verify_api.receipt import CONTEXT, SIZE_MAX, read_receipt
from sceau.verify_api.service import Settings

BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture
def told(made, state, tmp_path: Path, clock) -> Settings:
    state.issue(made.visa())
    folder = state.publish(tmp_path / "published")
    return Settings(folder, made.ROOT.public, clock, rate="1000/minute", receipt_signer=made.OTHER)


@pytest.fixture
def client(told: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(told)) as client:
        yield client


def asked(client: TestClient, code: bytes) -> bytes:
    answer = client.post("/v1/scan?receipt=1", content=code, headers=BYTES).json()
    return b64decode(answer["receipt"], validate=True)


def test_a_receipt_says_what_was_answered_when_and_from_which_lists(made, client, told: Settings) -> None:
    receipt = read_receipt(asked(client, made.visa()), made.OTHER.public)
    files = {name: (told.directory / f"{name}.cose").read_bytes() for name in ("trust", "status", "issued")}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    as_of = {"trust": 0, "status": 100, "issued": 100}
    assert receipt.to_json() == {
        "at": "2026-11-22T09:00:00Z",
        "code": "VALID",
        "notes": [],
        "seal_id": parse(made.visa()).seal_id.hex(),
        "lists": {
            name: {"authority": "MLI", "version": 1, "as_of": as_of[name], "sha256": digests[name]} for name in files
        },
    }


def test_every_verdict_has_its_receipt(made, client) -> None:
    forged = made.visa(by=made.OTHER_VISAS)
    for code, wanted, seal in ((forged, "FORGED", parse(forged).seal_id), (b"?", "UNREADABLE", b"")):
        receipt = read_receipt(asked(client, code), made.OTHER.public)
        assert (receipt.code, receipt.seal_id) == (wanted, seal)


def test_what_limits_a_valid_seal_stands_in_it(made, client, clock) -> None:
    clock.advance(3 * 86_400)
    receipt = read_receipt(asked(client, made.visa()), made.OTHER.public)
    assert (receipt.code, receipt.notes) == ("VALID", ("LISTS_OLD",))


def test_it_holds_nothing_of_a_person(made, client) -> None:
    receipt = asked(client, made.visa())
    assert len(receipt) < 400
    assert not any(
        word in receipt for word in (b"DUPONT", b"MARIE", b"VPA26000A", b"18AB12345", b"1985", b"testclient")
    )


def test_each_line_of_a_batch_may_have_one(made, client) -> None:
    import json
    from base64 import b64encode

    line = json.dumps({"data": b64encode(made.visa()).decode()}).encode() + b"\n"
    answer = client.post(
        "/v1/scan?receipt=1", content=line + b"{}\n" + line, headers={"content-type": "application/x-ndjson"}
    )
    lines = [json.loads(one) for one in answer.text.splitlines()]
    assert [read_receipt(b64decode(one["receipt"]), made.OTHER.public).code for one in lines[::2]] == ["VALID"] * 2
    assert "receipt" not in lines[1]


def test_nobody_is_given_one_unasked(made, client) -> None:
    assert "receipt" not in client.post("/v1/scan", content=made.visa(), headers=BYTES).json()
    for query in ("receipt=0", "receipt=true", "receipt=", "receipt=1&receipt=1"):
        answer = client.post(f"/v1/scan?{query}", content=made.visa(), headers=BYTES)
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


def test_the_key_can_be_asked_for(made, client) -> None:
    assert client.get("/v1/receipts/key").json() == {"algorithm": "Ed25519", "public": made.OTHER.public.hex()}


def test_without_a_key_there_are_none(made, told: Settings) -> None:
    with TestClient(create_app(replace(told, receipt_signer=None))) as client:
        answer = client.post("/v1/scan?receipt=1", content=made.visa(), headers=BYTES)
        assert (answer.status_code, answer.json()["code"]) == (501, "service.not_offered")
        assert client.get("/v1/receipts/key").status_code == 501
        assert client.post("/v1/scan", content=made.visa(), headers=BYTES).status_code == 200


def test_only_ed25519_signs_receipts(made, told: Settings) -> None:
    with pytest.raises(ValueError, match="Ed25519"):
        create_app(replace(told, receipt_signer=made.VISAS))


def test_every_changed_byte_is_refused(made, client) -> None:
    receipt = asked(client, made.visa())
    read_receipt(receipt, made.OTHER.public)
    for at in range(len(receipt)):
        changed = receipt[:at] + bytes((receipt[at] ^ 1,)) + receipt[at + 1 :]
        with pytest.raises((SignatureInvalid, InputUnreadable)):
            read_receipt(changed, made.OTHER.public)
    for other in (receipt[:-1], receipt + b"\0", b"", bytes(SIZE_MAX + 1)):
        with pytest.raises(InputUnreadable):
            read_receipt(other, made.OTHER.public)


def test_another_key_signed_nothing(made, client) -> None:
    with pytest.raises(SignatureInvalid, match="names key"):
        read_receipt(asked(client, made.visa()), made.ROOT.public)


LIST = ["MLI", 1, 0, bytes(32)]
GOOD = [CONTEXT, 1_795_348_800, "VALID", [], bytes(32), LIST, LIST, []]


def test_a_good_one_made_by_hand_is_read(made) -> None:
    assert read_receipt(signed(made, GOOD), made.OTHER.public).issued is None


WRONG = [
    *((0, "sceau.receipt/2"), (0, "sceau.list/1"), (1, -1), (1, 253_402_300_800), (1, "1"), (2, 1), (3, "LISTS_OLD")),
    *((3, [1]), (4, bytes(31)), (4, "x"), (5, []), (6, ["MLI", 0, 0, bytes(32)]), (6, ["MLI", 1, -1, bytes(32)])),
    *((6, ["MLI", 1, 0, bytes(31)]), (6, ["MLI", 1, 0]), (7, None), (7, {})),
]


@pytest.mark.parametrize(("at", "value"), WRONG)
def test_what_is_signed_but_no_receipt_is_refused(made, at: int, value: object) -> None:
    with pytest.raises(InputUnreadable, match="not a receipt"):
        read_receipt(signed(made, [*GOOD[:at], value, *GOOD[at + 1 :]]), made.OTHER.public)


def test_a_receipt_has_eight_elements(made) -> None:
    for value in (GOOD[:-1], [*GOOD, 1], {}, 1):
        with pytest.raises(SceauError):
            read_receipt(signed(made, value), made.OTHER.public)


def signed(made, value: object) -> bytes:
    protected, payload = cose.protected_header(cose.EDDSA, made.OTHER.kid), canonical.encode(value)
    return cose.join(protected, payload, made.OTHER.sign(cose.to_sign(protected, payload)))
