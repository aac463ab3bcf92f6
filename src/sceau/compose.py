"""How the parts become one ledger: the only place where stores, keys and clocks meet the commands."""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sceau.config import POSTGRES, SQLITE, Config
from sceau.domain.document_type import DocumentType
from sceau.domain.errors import InputUnreadable, KeyRefused, MissingFont, MissingPart, SceauError
from sceau.domain.signing_key import KeyEnrolled
from sceau.keys import private_file
from sceau.keys.keystore import Keystore
from sceau.keys.signer import Random, Signer
from sceau.keys.vault import Vault
from sceau.ledger import envelope, erasing
from sceau.ledger.decide import Tools
from sceau.ledger.garbage import ISSUING, seldom_collected
from sceau.ledger.head import Head
from sceau.ledger.issuance import Issuance
from sceau.ledger.log.signer import CheckpointSigner, StateFile
from sceau.ledger.log.signer_process import SCHEME, RemoteSigner
from sceau.ledger.reader import Reader
from sceau.ledger.sealing import Sealer, SealingKey
from sceau.ledger.states import States
from sceau.ledger.stores.port import Store
from sceau.ledger.stores.vault_sqlite import SqliteVaultStore
from sceau.ledger.unit import Pen
from sceau.seals.make import SealKey
from sceau.tlog.note import parse_vkey

HEAD_EVERY_SECONDS = 0.25
WITNESSES_SECONDS = 2.0  # at every opening of a ledger that has witnesses, at most
_log = logging.getLogger(__name__)
Clock = Callable[[], int]
Engine = Callable[[DocumentType], tuple[bytes, str, bytes]]


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def open_store(url: str, migrate: bool = True) -> Store:
    """The event store behind a database URL; MissingPart without its driver."""
    if url.startswith(SQLITE):
        try:
            from sceau.ledger.stores.sqlite import open_store as open_sqlite  # noqa: PLC0415
        except ImportError:
            raise MissingPart("issue") from None
        return open_sqlite(url.removeprefix(SQLITE))
    if not url.startswith(POSTGRES):
        raise MissingPart("issue")
    try:
        from sceau.ledger.stores.postgres import open_store as open_postgres  # noqa: PLC0415
    except ImportError:
        raise MissingPart("postgres") from None
    return open_postgres(url, migrate)


def printing_engine(production: bool) -> Engine:
    """What will print a type: digest of the template, engine and version, digest of the fonts.

    In production MissingFont for a type with a machine-readable zone where OCR-B is not installed.
    """

    def engine_of(declared: DocumentType) -> tuple[bytes, str, bytes]:
        try:
            from sceau.desk import printing  # noqa: PLC0415
        except ImportError:
            raise MissingPart("print") from None
        if production and declared.seal.mrz is not None and not printing.ocr_b_available():
            raise MissingFont()
        engine = printing.engine_of(declared)
        return engine.template, engine.engine, engine.fonts

    return engine_of


@dataclass(frozen=True)
class Ledger:
    """One open ledger: commands, readers, keys. Close it, so that the last head is signed."""

    config: Config
    store: Store
    keystore: Keystore
    vault: Vault
    data_keys: SqliteVaultStore
    issuance: Issuance
    reader: Reader
    head: Head
    keeper: "HeadKeeper"
    collecting: ExitStack
    finished: tuple[str, ...]  # documents of which opening destroyed data keys: an erasure had been interrupted

    def erase(self) -> tuple[str, ...]:
        """Destroy the data keys that orders in the log name and the vault still has; the documents concerned.

        StoreUnavailable if a file of the vault may still hold keys destroyed here or before: repeat.
        """
        done = erasing.carry_out(self.issuance.states, self.vault, self.config.state.ministry)
        if not done:
            self.vault.destroy(())
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Sign the head over everything stored and release the database."""
        self.keeper.stop()
        self.store.close()
        self.data_keys.close()
        self.collecting.close()


class HeadKeeper:
    """Soon after each commit, beside the writers: signs a head, refills the pool of data keys. One more at the end."""

    def __init__(self, head: Head, store: Store, refill: Callable[[], None]) -> None:
        self._head = head
        self._store = store
        self._refill = refill
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def committed(self) -> None:
        """Something was written."""
        if not self._wake.is_set():
            self._wake.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="head", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Sign what is still unsigned."""
        self._stopped.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._head.advance(self._store)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait()
            if self._stopped.wait(HEAD_EVERY_SECONDS):
                return
            self._wake.clear()
            try:
                self._head.advance(self._store)
                self._refill()
            except (SceauError, OSError) as error:  # tried again after the next commit; `stop` raises what remains
                _log.error("the head could not be signed: %s", error)


def open_ledger(
    config: Config,
    passphrase: str,
    clock: Clock = now_ms,
    random: Random = os.urandom,
    engine: Engine | None = None,
    migrate: bool = True,
) -> Ledger:
    """Open an installation for issuing; refuses a database or vault older than what was signed."""
    keystore = Keystore.open(config.keystore, passphrase)
    store = open_store(config.database, migrate)
    try:
        return _assemble(config, keystore, store, clock, random, engine or printing_engine(config.state.production))
    except BaseException:
        store.close()
        raise


def _assemble(config: Config, keystore: Keystore, store: Store, clock: Clock, random: Random, engine: Engine) -> Ledger:
    signers: dict[str, Signer] = {
        name: keystore.signer(name) for name in keystore.names() if name not in ("kek", "mac")
    }
    genesis = signers[f"event:{config.state.ministry}"]
    data_keys = SqliteVaultStore(config.vault)
    vault = Vault(data_keys, keystore.secret("kek"), random)
    states = States(store, vault, config.state.origin, genesis.kid)
    head = head_of(config, keystore)
    keeper = HeadKeeper(head, store, vault.refill)
    sealer = Sealer(_sealing_keys(store, signers), config.state.address)
    pen = Pen(config.state.origin, lambda office: _event_signer(signers, office), vault, random)
    issuance = Issuance(
        store, states, pen, Tools(sealer, engine), keystore.secret("mac"), clock, keeper.committed
    ).start(head)
    compare_with_witnesses(config, head, lambda: clock() // 1000)
    finished = erasing.carry_out(states, vault, config.state.ministry)
    reader = Reader(store, config.state.origin, vault.keys)
    collecting = ExitStack()
    collecting.enter_context(seldom_collected(ISSUING))
    return Ledger(config, store, keystore, vault, data_keys, issuance, reader, head, keeper, collecting, finished)


def compare_with_witnesses(config: Config, head: Head, now: Callable[[], int]) -> None:
    """Before the first append: WitnessAlarm if a witness shows a head of ours that is later than our signer's.

    Only where a witness policy is installed. All are asked at once; who does not answer in time stops nobody.
    """
    if not config.log_policy.exists():
        return
    from sceau.ledger.log import compare  # noqa: PLC0415  an HTTP client, which a home without witnesses never needs
    from sceau.ledger.log.post import call  # noqa: PLC0415
    from sceau.ledger.log.rule import read_policy  # noqa: PLC0415
    from sceau.ledger.log.witnessing import Witnesses  # noqa: PLC0415

    policy = read_policy(private_file.read(config.log_policy), head.signer.verifier)
    held = compare.with_witnesses(head, Witnesses(policy, call, WITNESSES_SECONDS), now)
    silent = [name for name in policy.witnesses if name not in held]
    if silent:  # their first sight of this log, or a bad link: said to whoever reads logs, never beside --json's error
        _log.info("no head of this log was shown by: %s", ", ".join(silent))


def head_of(config: Config, keystore: Keystore | None) -> Head:
    """The kept head and its signer: a process of its own if the installation names one, else the key at hand."""
    return Head(checkpoint_signer(config, keystore), config.log_alarm)


def checkpoint_signer(config: Config, keystore: Keystore | None) -> CheckpointSigner:
    """Who signs the heads; without a keystore, only a separate signer can."""
    if config.state.signer:
        pinned = parse_vkey(private_file.read(config.log_key).decode("utf-8", "replace").removesuffix("\n"))
        return RemoteSigner(socket_of(config.state.signer), pinned)
    if keystore is None:
        raise KeyRefused(
            "this installation signs by itself: its keystore is needed",
            why_fr="cette installation signe elle-même : son magasin de clés est nécessaire",
        )
    return StateFile(config.head, config.state.origin, keystore.signer("head"))


def socket_of(named: str) -> Path:
    """The path of "unix:/path"; InputUnreadable for another address."""
    path = Path(named.removeprefix(SCHEME))
    if not named.startswith(SCHEME) or not path.is_absolute():
        raise InputUnreadable(
            f"signer '{named}' is not unix:/path", why_fr=f"le signataire « {named} » n'est pas unix:/chemin"
        )
    return path


def _event_signer(signers: dict[str, Signer], office: str) -> Signer:
    try:
        return signers[f"event:{office}"]
    except KeyError:
        raise KeyRefused(
            f"this installation holds no event key of {office}",
            why_fr=f"cette installation ne détient aucune clé d'événements de {office}",
        ) from None


def _sealing_keys(store: Store, signers: dict[str, Signer]) -> dict[tuple[str, str], SealingKey]:
    """The sealing keys at hand, as their enrolments name them; a later one of the same office replaces an earlier."""
    by_kid = {signer.kid: signer for signer in signers.values()}
    found = {}
    for row in store.streams("key:"):
        enrolled = envelope.event(envelope.parse(row.state), None)
        if isinstance(enrolled, KeyEnrolled) and enrolled.purpose == "seal" and enrolled.kid in by_kid:
            office = enrolled.office if enrolled.format == "claim169" else ""
            named = SealKey(enrolled.country, enrolled.issuer, enrolled.reference)
            found[enrolled.format, office] = SealingKey(named, by_kid[enrolled.kid])
    return found


def root_public(config: Config) -> Path:
    """The file of the root's public key, in hex: what a checker is given at installation."""
    return config.home / "root.pub"
