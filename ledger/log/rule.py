"""Whose signatures make a head of this log believed: the installation's policy, or the log's own key alone."""

from sceau.domain.errors import PolicyInvalid
from sceau.tlog import policy
from sceau.tlog.note import Verifier
from sceau.tlog.policy import Policy


def alone(log: Verifier) -> str:
    """The policy of a log without witnesses."""
    return f"log {log.vkey}\nquorum none\n"


def read_policy(data: bytes, log: Verifier) -> Policy:
    """The policy of these bytes; PolicyInvalid unless it is one for this log, and this log only.

    Also if a witness has no address: nobody could ask it.
    """
    try:
        found = policy.parse(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise PolicyInvalid("not UTF-8") from None
    if found.log != log:
        raise PolicyInvalid(f"it is for the log {found.log.vkey}, this one is {log.vkey}")
    silent = [name for name, witness in found.witnesses.items() if not witness.url.startswith(("http://", "https://"))]
    if silent:
        raise PolicyInvalid(f"without an http or https address: {', '.join(silent)}")
    return found
