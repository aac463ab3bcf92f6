"""Makes the packs of a state, genuine ones and whatever a test signs in their place."""

from hashlib import sha256
from typing import Any

from sceau.keys.signed_list import sign_list
from sceau.keys.trust_list import write_trust_list
from sceau.seals import pack
from sceau.seals.pack import Beside
from sceau.seals.pack_status import shortened
from sceau.seals.pack_trust import renewal_of


class Publisher:
    """Makes the packs of a state as it stands; each is one version further, and a day's time may pass before."""

    def __init__(self, made: Any, state: Any) -> None:
        self.made, self.state, self.by = made, state, made.LISTS
        self.before: dict[bytes, Any] = {}
        self.known: set[bytes] = set()
        self.trust, self.file, self.renewing = b"", b"", True

    def sign(self, kind: str, body: Any, **changed: Any) -> bytes:
        state = self.state
        said = {"version": state.version, "as_of": state.as_of, "trust": state.trust, "authority": "MLI", **changed}
        times = (state.instant, state.instant + 7 * self.made.DAY)
        signed = sign_list(kind, said["authority"], said["version"], *times, said["as_of"], body, self.by)
        before, self.trust = self.trust, write_trust_list(said["trust"], self.made.ROOT)
        renewed = renewal_of(before, self.trust) if kind == "pack-delta" and self.renewing and before else None
        self.file = pack.write_file(renewed or self.trust, signed)
        return self.file

    def full(self, seed: bytes = bytes(16), **changed: Any) -> bytes:
        self.known, self.before = set(map(self.made.listed, self.state.issued)), dict(self.state.against)
        return self.sign("pack", pack.full_body(self.known, self.before, seed, Beside(b"head")), **changed)

    def delta(self, **changed: Any) -> bytes:
        """The next version, with whatever was changed in the state meanwhile."""
        issued = set(map(self.made.listed, self.state.issued))
        origin = pack.Origin(self.state.version, sha256(self.file).digest())
        body = pack.delta_body(origin, shortened(self.before), self.state.against, issued - self.known, Beside())
        self.known, self.before = issued, dict(self.state.against)
        self.state.version += 1
        self.state.as_of += 10
        return self.sign("pack-delta", body, **changed)
