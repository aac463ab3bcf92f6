"""What the commands of `sceau log` open: an installation's store, signer and policy, and a log's directory.

With a separate signer (`signer` in config.json) nothing of this needs the keystore's passphrase.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sceau.cli_errors import NotInstalled
from sceau.cli_options import Call
from sceau.cli_output import warn
from sceau.cli_passphrase import passphrase_in
from sceau.cli_session import config_of, passphrase_of
from sceau.compose import head_of, open_store
from sceau.config import Config
from sceau.keys import private_file
from sceau.keys.keystore import Keystore
from sceau.ledger.log import alarm
from sceau.ledger.log.directory import POLICY, LogDirectory
from sceau.ledger.log.follow import Follower
from sceau.ledger.log.post import call as http
from sceau.ledger.log.rule import alone, read_policy
from sceau.ledger.log.signer import StateFile
from sceau.ledger.log.witnessing import Witnesses
from sceau.ledger.stores.port import Store
from sceau.tlog import policy
from sceau.tlog.note import Verifier, parse_vkey
from sceau.tlog.policy import Policy


@contextmanager
def follower_of(call: Call, directory: Path) -> Iterator[Follower]:
    """All that a pass needs, and the directory's lock."""
    config = config_of(call)
    keystore = None if config.state.signer else Keystore.open(config.keystore, passphrase_of(config, call))
    head, log = head_of(config, keystore), LogDirectory(directory)
    waiting = call.say(
        f"un autre processus tient {directory} : j'attends", f"another process keeps {directory}: waiting"
    )
    store = open_store(config.database, False)
    try:
        with log.locked(lambda: warn(call, waiting)):
            text = policy_text(config, head.signer.verifier)
            rule = read_policy(text, head.signer.verifier)
            yield Follower(store, head, log, text, rule, Witnesses(rule, http), lambda: int(time.time()))
    finally:
        store.close()


@contextmanager
def reading(call: Call, directory: Path, rule: Path | None) -> Iterator[tuple[LogDirectory, Policy, Store | None]]:
    """A directory to judge, by the policy given, else the installation's, else its own; the store if one is named."""
    log = LogDirectory(directory)
    if log.find(POLICY) is None:
        raise NotInstalled(f"aucun journal dans {directory}", f"no log in {directory}")
    own = private_file.read(rule) if rule is not None else None
    if not call.database:
        if own is None:
            warn(call, call.say("jugé par la politique du dossier lui-même", "judged by the directory's own policy"))
        yield log, policy.parse((own or log.read(POLICY)).decode("utf-8", "replace")), None
        return
    config = config_of(call)
    key = log_key(config)
    store = open_store(config.database, False)
    try:
        yield log, read_policy(own or policy_text(config, key), key), store
    finally:
        store.close()


def alarm_of(call: Call) -> str | None:
    """The alarm that stands at the installation; None where there is none, or no installation is named."""
    return alarm.standing(config_of(call).log_alarm) if call.database else None


def log_key(config: Config) -> Verifier:
    """The log's public key, as it was at the founding."""
    return parse_vkey(private_file.read(config.log_key).decode("utf-8", "replace").removesuffix("\n"))


def policy_text(config: Config, key: Verifier) -> bytes:
    """The installation's policy, or that of a log without witnesses."""
    return private_file.read(config.log_policy) if config.log_policy.exists() else alone(key).encode()


def signer_in(call: Call, folder: Path) -> StateFile:
    """The signer in a folder of its own: a keystore with the head key alone, its state, and the log's key."""
    keystore = Keystore.open(folder / "keystore", passphrase_in(folder, call))
    named = parse_vkey(private_file.read(folder / "log.vkey").decode("utf-8", "replace").removesuffix("\n"))
    return StateFile(folder / "head.json", named.name, keystore.signer("head"))


def signer_at_home(call: Call) -> StateFile:
    """The signer over an installation's own keystore and state."""
    config = config_of(call)
    keystore = Keystore.open(config.keystore, passphrase_of(config, call))
    return StateFile(config.head, config.state.origin, keystore.signer("head"))
