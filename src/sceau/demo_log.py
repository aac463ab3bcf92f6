"""The demonstration's public log: published without witnesses, then verified from its bytes and against every event."""

import time
from pathlib import Path

from sceau.cli_log_open import policy_text
from sceau.cli_session import Session
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.follow import Follower
from sceau.ledger.log.fsck import Checked, check
from sceau.ledger.log.post import call as http
from sceau.ledger.log.rule import read_policy
from sceau.ledger.log.witnessing import Witnesses


def publish(session: Session, directory: Path) -> Checked:
    """Publish the log of everything so far in `directory` and check it."""
    ledger, log = session.ledger, LogDirectory(directory)
    key = ledger.head.signer.verifier
    text = policy_text(session.config, key)
    rule = read_policy(text, key)
    with log.locked():
        follower = Follower(ledger.store, ledger.head, log, text, rule, Witnesses(rule, http), lambda: int(time.time()))
        follower.start()
        follower.step()
    return check(log, rule, ledger.store)
