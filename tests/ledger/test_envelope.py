"""What an envelope says, that nothing in it can be changed, and that what was stored once is readable for ever."""

import dataclasses
import json
import typing
from pathlib import Path
from types import ModuleType

import pytest

from sceau.domain import canonical
from sceau.domain.errors import EnvelopeInvalid, SceauError, UnknownType
from sceau.domain.events import _CLASSES, Event, Personal, class_of, clear_of, event_of, topics
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import decide, envelope

assert decide  # imports every aggregate, so that every topic is registered

SIGNER = SoftwareSigner.from_seed(b"\x11" * 32, Algorithm.ED25519)
DATA_KEY = b"\x22" * 32
META = envelope.Meta(
    "log.example/1",
    "act:PAR-2026-N-000001",
    3,
    b"\x33" * 32,
    1_795_000_000_000,
    "PAR",
    "PAR-1",
    "none",
    b"\x44" * 16,
    b"\x55" * 16,
    (("office:PAR", 2), ("key:1122334455667788", 1)),
)
STORED = Path(__file__).parent / "stored_events.json"


def example(cls: type[Event]) -> Event:
    """One event of a class, every field filled by its type."""
    hints = typing.get_type_hints(cls)
    filled = {f.name: _fill(f.name, hints[f.name]) for f in dataclasses.fields(cls) if f.name != "personal"}
    part = Personal("child", "identity", {"seal": b"\x01\x02", "surname": "KƐITA"}, b"\x66" * 16)
    return cls(**filled, personal=(part,))


def _fill(name: str, hint: object) -> object:
    kinds = typing.get_args(hint) or (hint,)
    if bytes in kinds:
        return (b"\x77" * 8,) if typing.get_origin(hint) is tuple else b"\x77" * 8
    if kinds[0] in (int, bool):
        return kinds[0](1)
    return (name, "ɲ") if typing.get_origin(hint) is tuple else f"{name} ɲ"


def stored(event: Event) -> bytes:
    return envelope.seal(META, event, SIGNER, lambda key_id: DATA_KEY, lambda size: b"\x88" * size)


def held(ids: object) -> dict[bytes, bytes]:
    return {b"\x66" * 16: DATA_KEY}


@pytest.mark.parametrize("topic", topics())
def test_an_event_comes_back_as_it_was(topic: str) -> None:
    made = example(_CLASSES[topic])
    found = envelope.parse(stored(made))
    envelope.verify(found, SIGNER.public)
    assert found.meta == META
    assert envelope.event(found, held) == made
    sealed = envelope.event(found, None)
    assert sealed.personal[0].values is None
    assert "KƐITA".encode() not in stored(made)


def test_stored_events_of_every_topic_are_readable_for_ever() -> None:
    """Bytes written once, by the version that first had the topic. Add to the file; never change a line of it."""
    kept: dict[str, str] = json.loads(STORED.read_text("utf-8"))
    assert sorted(kept) == list(topics())
    for topic, message in kept.items():
        found = envelope.parse(bytes.fromhex(message))
        envelope.verify(found, SIGNER.public)
        assert envelope.event(found, held) == example(_CLASSES[topic])
        assert stored(example(_CLASSES[topic])).hex() == message


def test_another_library_verifies_the_signature(cwt: ModuleType) -> None:
    message = stored(example(_CLASSES["document.issued.v1"]))
    key = cwt.COSEKey.new({1: 1, 2: SIGNER.kid, 3: -8, -1: 6, -2: SIGNER.public})
    payload = cwt.COSE.new(kid_auto_inclusion=False).decode(message, key)
    assert canonical.decode(payload if isinstance(payload, bytes) else canonical.encode(payload))[0] == "sceau.event/1"


def test_every_changed_byte_is_refused() -> None:
    message = stored(example(_CLASSES["act.rectified.v1"]))
    for at in range(len(message)):
        changed = bytearray(message)
        changed[at] ^= 1
        with pytest.raises(SceauError):
            envelope.verify(envelope.parse(bytes(changed)), SIGNER.public)


def test_every_truncation_is_refused() -> None:
    message = stored(example(_CLASSES["act.rectified.v1"]))
    for end in range(len(message)):
        with pytest.raises(EnvelopeInvalid):
            envelope.parse(message[:end])
    with pytest.raises(EnvelopeInvalid):
        envelope.parse(message + b"\0")


def test_a_second_spelling_is_refused_even_when_signed() -> None:
    """Keys of the clear map in another order: the signature would hold, the spelling does not."""
    from sceau.domain import cose

    found = envelope.parse(stored(example(_CLASSES["act.mentioned.v1"])))
    parts = canonical.decode(found.payload)
    parts[13] = dict(reversed(parts[13].items()))
    payload, protected = canonical.encode_ordered(parts), cose.protected_header(cose.EDDSA, SIGNER.kid)
    message = cose.join(protected, payload, SIGNER.sign(cose.to_sign(protected, payload)))
    with pytest.raises(EnvelopeInvalid, match="deterministic"):
        envelope.verify(envelope.parse(message), SIGNER.public)


OTHER_TYPES = [(place, value) for place in range(1, 15) for value in (None, True, 1.5, [["x"]], {"x": 1})]
OTHER_TYPES += [(12, [["office:PAR", "2"]]), (12, [["office:PAR", True]]), (12, [[["office:PAR"], 2]])]
OTHER_TYPES += [(14, [["child", "identity", [b"k"], b"b"]]), (14, [["child", "identity", b"k", 1]])]


@pytest.mark.parametrize(("place", "value"), [pair for pair in OTHER_TYPES if pair != (13, {"x": 1})])
def test_every_part_has_one_type(place: int, value: object) -> None:
    """Whoever holds a key may sign anything; nothing of it may surprise who reads the log."""
    from sceau.domain import cose

    parts = canonical.decode(envelope.parse(stored(example(_CLASSES["act.mentioned.v1"]))).payload)
    parts[place] = value
    payload, protected = canonical.encode_ordered(parts), cose.protected_header(cose.EDDSA, SIGNER.kid)
    with pytest.raises(EnvelopeInvalid):
        envelope.parse(cose.join(protected, payload, SIGNER.sign(cose.to_sign(protected, payload))))


def test_a_personal_part_opens_only_in_its_place() -> None:
    found = envelope.parse(stored(example(_CLASSES["act.mentioned.v1"])))
    for moved in (META._replace(version=4), META._replace(stream="act:PAR-2026-N-000002"), META._replace(origin="x")):
        with pytest.raises(EnvelopeInvalid):
            envelope.event(found._replace(meta=moved), held)


def test_a_closed_group_stays_sealed() -> None:
    found = envelope.parse(stored(example(_CLASSES["act.mentioned.v1"])))
    assert envelope.event(found, held, frozenset({"identity"})).personal[0].values is None


def test_a_personal_part_needs_its_data_key() -> None:
    made = example(_CLASSES["act.mentioned.v1"])
    bare = dataclasses.replace(made, personal=(Personal("child", "identity", {"surname": "X"}),))
    with pytest.raises(EnvelopeInvalid):
        stored(bare)


def test_an_event_has_a_size_limit() -> None:
    made = example(_CLASSES["act.mentioned.v1"])
    with pytest.raises(EnvelopeInvalid, match="at most"):
        stored(dataclasses.replace(made, reference="x" * 70_000))


def test_a_larger_one_is_not_read_either() -> None:
    from sceau.domain import cose

    found = envelope.parse(stored(example(_CLASSES["act.mentioned.v1"])))
    parts = canonical.decode(found.payload)
    parts[13]["reference"] = "x" * 70_000
    message = cose.join(cose.protected_header(cose.EDDSA, SIGNER.kid), canonical.encode_ordered(parts), bytes(64))
    with pytest.raises(EnvelopeInvalid, match="at most 65535"):
        envelope.parse(message)


@pytest.mark.parametrize("clear", [{"nonsense": 1}, {}])
def test_fields_that_we_never_wrote_are_refused(clear: dict[str, object]) -> None:
    with pytest.raises(UnknownType):
        event_of("act.mentioned.v1", clear, ())
    with pytest.raises(UnknownType):
        class_of("act.mentioned.v1", clear)


@pytest.mark.parametrize("topic", topics())
def test_a_class_is_told_by_topic_and_fields_alone(topic: str) -> None:
    clear = clear_of(example(_CLASSES[topic]))
    assert class_of(topic, clear) is _CLASSES[topic]
    with pytest.raises(UnknownType):
        class_of(topic, {**clear, "nonsense": 1})
    with pytest.raises(UnknownType):
        class_of(topic, {**clear, "personal": ()})


OF_EVERY_TYPE = (None, True, 7, -1, 1 << 53, 1.5, "text", b"bytes", ["text"], [b"bytes"], ["text", 7], [[]], {"x": 1})


@pytest.mark.parametrize("topic", topics())
def test_a_field_holds_what_its_class_declares_and_no_more(topic: str) -> None:
    """Held against the declarations themselves, by a reading of them that shares nothing with the product's."""
    clear, hints = clear_of(example(_CLASSES[topic])), typing.get_type_hints(_CLASSES[topic])
    for name, value in ((name, value) for name in clear for value in OF_EVERY_TYPE):
        changed = {**clear, name: value}
        if _allowed(hints[name], value):
            assert class_of(topic, changed) is type(event_of(topic, changed, ()))
            continue
        for read in (class_of, lambda *given: event_of(*given, ())):
            with pytest.raises(EnvelopeInvalid, match=name):
                read(topic, changed)


def _allowed(hint: object, value: object) -> bool:
    if typing.get_origin(hint) is tuple:
        return type(value) is list and all(_allowed(typing.get_args(hint)[0], one) for one in value)
    if typing.get_args(hint):
        return any(_allowed(one, value) for one in typing.get_args(hint))
    return type(value) is hint and (type(value) is not int or 0 <= value < 1 << 53)


def test_a_field_with_a_default_may_be_missing() -> None:
    clear = clear_of(example(_CLASSES["key.enrolled.v1"]))
    del clear["certificate"]
    assert class_of("key.enrolled.v1", clear) is type(event_of("key.enrolled.v1", clear, ()))
    del clear["public"]
    with pytest.raises(UnknownType):
        class_of("key.enrolled.v1", clear)


def test_a_topic_that_we_never_wrote_is_refused() -> None:
    with pytest.raises(UnknownType):
        event_of("act.forgotten.v1", {}, ())
    with pytest.raises(UnknownType):
        class_of("act.forgotten.v1", {})
