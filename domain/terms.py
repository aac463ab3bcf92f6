"""What a paper costs and how long it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Fee:
    """The default tariff, in the smallest unit of the currency; a mission's dated tariff replaces it."""

    amount: int
    currency: str = "XOF"


@dataclass(frozen=True, slots=True)
class Validity:
    """How long: `years` or `months` from issue, `stated` in the fields valid_from and valid_until, or without end."""

    years: int = 0
    months: int = 0
    stated: bool = False

    def until(self, issued_on: date, values: Mapping[str, str]) -> date | None:
        """The last day of validity, or None where there is no end."""
        if self.stated:
            return date.fromisoformat(values["valid_until"])
        months = 12 * self.years + self.months
        return add_months(issued_on, months) if months else None


FREE = Fee(0)
ENDLESS = Validity()


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
