"""Founding an installation: its keys, and the first events of its history.

    index 0   key.enrolled      the ministry's event key, signed by itself; its id is pinned by whoever audits
    then      office.opened     the ministry; the keys of the lists, the head and the central seal (CSCA -> bar-code
    signer)
    later     office.opened     each mission, with its own event key and seal key

Software keys in an encrypted file are for a newcomer; a ministry holds them in hardware.
"""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sceau.compose import Clock, Engine, Ledger, now_ms, open_ledger, open_store, root_public, socket_of
from sceau.config import Config
from sceau.domain.document_type import DocumentClass, Label, add_months
from sceau.domain.errors import KeyRefused, WrongState
from sceau.domain.signing_key import KeyEnrolled
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.certificate import reference_of
from sceau.keys.keyring import Algorithm, Purpose, kid_of
from sceau.keys.keystore import Cost, Keystore
from sceau.keys.signer import Random, Signer
from sceau.ledger.commands import Command, EnrolKey, GrantMandate, OpenOffice
from sceau.ledger.log.signer import StateFile
from sceau.ledger.log.signer_process import key_of
from sceau.tlog.note import Verifier

OPERATOR = "operator"
_CHECKPOINT, _ED25519 = Purpose.CHECKPOINT, Algorithm.ED25519
_ICAO = (DocumentClass.VISA.value, DocumentClass.TRAVEL.value)
_NATIONAL = tuple(c.value for c in DocumentClass if c.value not in _ICAO)
_SIGNING_MONTHS = 12  # KEYS.md 1.2: event and seal keys serve at most a year
_CSCA_SIGNS_MONTHS, _CSCA_LIVES_MONTHS = 48, 180
_LONGEST_VISA_MONTHS = 60


class PublicHalf(NamedTuple):
    """What an enrolment says of a key."""

    kid: bytes
    algorithm: Algorithm
    public: bytes


def found(
    config: Config,
    ministry: Mapping[str, Any],
    passphrase: str,
    cost: Cost | None = None,
    clock: Clock = now_ms,
    random: Random = os.urandom,
    engine: Engine | None = None,
) -> Ledger:
    """Create the installation and its first events; refused where one exists. `ministry`: see `open_mission`."""
    config.home.mkdir(parents=True, exist_ok=True)
    if config.keystore.exists():
        held = _what_is_in(config)
        raise KeyRefused(f"{config.home} already holds {held.en}", why_fr=f"{config.home} contient déjà {held.fr}")
    apart = _signer_apart(config)
    today = datetime.fromtimestamp(clock() / 1000, UTC).date()
    keystore = Keystore.create(config.keystore, passphrase, random, cost)
    for secret in ("kek", "mac"):
        keystore.add_secret(secret, random)
    root = keystore.add("root", Purpose.ROOT, Algorithm.ED25519, random)
    event = keystore.add(f"event:{config.state.ministry}", Purpose.EVENT, Algorithm.ED25519, random)
    lists = keystore.add("lists", Purpose.LISTS, Algorithm.ED25519, random)
    head = _log_signer(config, keystore, apart, random)
    certificate, signer = _central_seal(config, keystore, today, random)
    config.save()
    root_public(config).write_text(root.public.hex() + "\n", "ascii")
    config.views.mkdir(exist_ok=True)
    open_store(config.database).close()
    ledger = open_ledger(config, passphrase, clock, random, engine)
    by = {"office": config.state.ministry, "officer": OPERATOR}
    first: list[Command] = [
        EnrolKey(command_id=random(16), key=_enrolment(config, event, "event", config.state.ministry, today), **by),
        _opening(ministry, by, random),
        EnrolKey(command_id=random(16), key=_enrolment(config, lists, "lists", config.state.ministry, today), **by),
        EnrolKey(command_id=random(16), key=_enrolment(config, head, "checkpoint", config.state.ministry, today), **by),
        EnrolKey(command_id=random(16), key=_central_enrolment(config, signer, certificate, today), **by),
    ]
    for command in first:
        ledger.issuance.execute(command)
    ledger.close()
    return open_ledger(config, passphrase, clock, random, engine)


def _what_is_in(config: Config) -> Label:
    if (config.home / "config.json").exists():
        return Label("une installation", "an installation")
    return Label(
        "les clés d'une fondation interrompue : si rien n'a été délivré avec elles, commencez dans un autre dossier",
        "the keys of a founding that was cut off: if nothing was issued under them, begin in another folder",
    )


def _signer_apart(config: Config) -> Verifier | None:
    """The key of a signer in a process of its own, asked for before anything is written; None where there is none."""
    if not config.state.signer:
        return None
    verifier = key_of(socket_of(config.state.signer))
    if verifier.name != config.state.origin:
        raise KeyRefused(
            f"the signer signs for {verifier.name}, not for {config.state.origin}",
            why_fr=f"le signataire signe pour {verifier.name}, et non pour {config.state.origin}",
        )
    return verifier


def _log_signer(config: Config, keystore: Keystore, apart: Verifier | None, random: Random) -> PublicHalf:
    """The key of the log's heads: a separate signer's own, or one of ours with the state of an empty log beside it."""
    verifier = apart
    if verifier is None:
        own = StateFile(config.head, config.state.origin, keystore.add("head", _CHECKPOINT, _ED25519, random))
        own.create()
        verifier = own.verifier
    config.log_key.write_text(verifier.vkey + "\n", "utf-8")
    return PublicHalf(kid_of(verifier.public), _ED25519, verifier.public)


def open_mission(ledger: Ledger, mission: Mapping[str, Any], today: date, random: Random = os.urandom) -> None:
    """Open an office and enrol its two keys, or go on where that was cut off; open the ledger again to seal with them.

    `mission`: {"code", "short", "kind", "country", "city", "name": {"fr", "en"}}.
    """
    config, keystore, code = ledger.config, ledger.keystore, mission["code"]
    by = {"office": config.state.ministry, "officer": OPERATOR}
    size = ledger.store.size()
    _once(ledger, f"office:{code}", _opening(mission, by, random))
    event = _key(keystore, f"event:{code}", Purpose.EVENT, random)
    seal = _key(keystore, f"seal:{code}", Purpose.SEAL, random)
    named = {"format": "claim169", "issuer": config.state.country, "reference": seal.kid.hex(), "classes": _NATIONAL}
    for signer, key in (
        (event, _enrolment(config, event, "event", code, today)),
        (seal, _enrolment(config, seal, "seal", code, today, **named)),
    ):
        _once(ledger, f"key:{signer.kid.hex()}", EnrolKey(command_id=random(16), key=key, **by))
    if ledger.store.size() == size:
        raise WrongState(code, "open", "open")


def _once(ledger: Ledger, stream: str, command: Command) -> None:
    """Carry out the first command of a stream, unless an earlier run did."""
    if ledger.issuance.states.get(stream).version == 0:
        ledger.issuance.execute(command)


def _key(keystore: Keystore, name: str, purpose: Purpose, random: Random) -> Signer:
    if name in keystore.names():
        return keystore.signer(name)
    return keystore.add(name, purpose, Algorithm.ED25519, random)


def grant(ledger: Ledger, officer: Mapping[str, Any], random: Random = os.urandom) -> None:
    """Grant one mandate. `officer`: {"officer", "office", "name", "title": {"fr"}, "powers", "valid_from", ...}."""
    ledger.issuance.execute(
        GrantMandate(
            command_id=random(16),
            office=ledger.config.state.ministry,
            officer=OPERATOR,
            code=officer["office"],
            holder=officer["officer"],
            powers=tuple(officer["powers"]),
            valid_from=officer["valid_from"],
            valid_until=officer["valid_until"],
            name=officer["name"],
            title=officer["title"]["fr"],
        )
    )


def _central_seal(config: Config, keystore: Keystore, today: date, random: Random) -> tuple[bytes, Signer]:
    country = config.state.country
    authority = keystore.add("csca", Purpose.ROOT, Algorithm.ES256, random)
    csca = create_csca(
        country,
        f"CSCA {country}",
        authority,
        today,
        add_months(today, _CSCA_SIGNS_MONTHS),
        add_months(today, _CSCA_LIVES_MONTHS),
        random,
    )
    (config.home / "csca.der").write_bytes(csca)
    signer = keystore.add("seal:central", Purpose.SEAL, Algorithm.ES256, random)
    until = add_months(today, _SIGNING_MONTHS + _LONGEST_VISA_MONTHS)
    certificate = issue_barcode_signer(csca, authority, f"{country}V1", signer.public, 1, today, until, ("V", "P"))
    return certificate, signer


def _central_enrolment(config: Config, signer: Signer, certificate: bytes, today: date) -> KeyEnrolled:
    return _enrolment(
        config,
        signer,
        "seal",
        config.state.ministry,
        today,
        format="vds",
        issuer=f"{config.state.country}V1",
        reference=reference_of(1),
        country=config.state.authority,
        classes=_ICAO,
        certificate=certificate,
    )


def _enrolment(
    config: Config, signer: Signer | PublicHalf, purpose: str, office: str, today: date, **named: Any
) -> KeyEnrolled:
    return KeyEnrolled(
        signer.kid,
        purpose,
        signer.algorithm.value,
        signer.public,
        config.state.authority,
        office,
        today.isoformat(),
        add_months(today, _SIGNING_MONTHS).isoformat(),
        **named,
    )


def _opening(mission: Mapping[str, Any], by: Mapping[str, str], random: Random) -> OpenOffice:
    return OpenOffice(
        command_id=random(16),
        code=mission["code"],
        short=mission["short"],
        kind=mission["kind"],
        country=mission["country"],
        city=mission["city"],
        name_fr=mission["name"]["fr"],
        name_en=mission["name"]["en"],
        **by,
    )
