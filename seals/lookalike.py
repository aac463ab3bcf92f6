"""Addresses that imitate the official checker's (`carrier.host_of` gives both as text).

VERIF.EXAMPLE            official
verif.example.evil.com   the official name inside another
verif.example@evil.com   before an @, which a browser takes for a user
verif.example:8443       at another port
verlf.example            letters that look alike: 0 o, 1 l i, 5 s, rn m, vv w; up to two letters changed, left out or
xn--vrif-9oa.example     put in, letters of other scripts among them
"""

import re

_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": None, "_": None})
_LABEL = re.compile("[.:@/]")
_FOREIGN = "xn--"
_CHANGED_MAX = 2
_LENGTH_MAX = 100
_NAME_MIN = 8  # letters of the official name without its last label: fewer are no name of its own


def imitates(host: str, official: str) -> bool:
    """Whether `host` (what a code would open) is not `official` and looks like it."""
    if host == official:
        return False
    seen, true = _skeleton(host), _skeleton(official)
    name = _skeleton(official.rpartition(".")[0])
    if true in seen or (len(name) >= _NAME_MIN and name in seen):
        return True
    return _distance(seen[:_LENGTH_MAX], true) <= _CHANGED_MAX


def _skeleton(host: str) -> str:
    """A host without what the eye passes over: letters of other scripts are left out."""
    labels = _LABEL.split(host.lower())
    plain = [one[4:].rpartition("-")[0] if one.startswith(_FOREIGN) else one for one in labels]
    return (
        "".join(plain).encode("ascii", "ignore").decode("ascii").translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    )


def _distance(one: str, two: str) -> int:
    """Letters to change, leave out or put in (Levenshtein)."""
    row = list(range(len(two) + 1))
    for at, left in enumerate(one, 1):
        last, row[0] = row[0], at
        for to, right in enumerate(two, 1):
            last, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, last + (left != right))
    return row[-1]
