"""A trust list with one key changed, for tests of what is refused."""

from dataclasses import replace
from typing import Any

from sceau.keys.keyring import TrustedKey, TrustList


def with_key(state: Any, key: TrustedKey, **more: Any) -> TrustList:
    """The list of `state` with one key replaced."""
    rest = [one for one in state.trust.keys if one.kid != key.kid]
    changed = replace(key, **more)
    return replace(state.trust, keys=tuple(sorted((*rest, changed), key=lambda one: one.kid)))
