"""A scan by what a state has published, on a day."""

from datetime import date

from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Verdict

DAY = 86_400
NOON = 1_795_348_800  # 2026-11-22T12:00:00Z
TODAY = date(2026, 11, 22)


def judge(state, data: bytes, today: date = TODAY, host: str | None = None) -> Verdict:
    return scan(data, state.trust, state.status_list, state.issued_list, today, host)
