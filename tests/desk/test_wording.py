"""How values read on paper."""

from datetime import date

import pytest

from sceau.desk.countries import country
from sceau.desk.wording import long_date, read, read_short, short_date
from sceau.domain.document_type import Field, Kind, Label

A = Label("a", "a")
CHOICES = {"single": Label("célibataire", "single")}


@pytest.mark.parametrize(
    ("kind", "value", "on_page", "on_card"),
    [
        (Kind.DATE, "1991-03-14", "14 mars 1991", "14/03/1991"),
        (Kind.SEX, "F", "Féminin", "F"),
        (Kind.SEX, "M", "Masculin", "M"),
        (Kind.COUNTRY, "CIV", "Côte d’Ivoire", "CIV"),
        (Kind.DURATION, "P1D", "1 jour", "1 jour"),
        (Kind.DURATION, "P90D", "90 jours", "90 jours"),
        (Kind.DURATION, "P12M", "12 mois", "12 mois"),
        (Kind.DURATION, "P1Y", "1 an", "1 an"),
        (Kind.DURATION, "P2Y", "2 ans", "2 ans"),
        (Kind.CHOICE, "single", "célibataire", "célibataire"),
        (Kind.NAME, "Kɔnɛ", "Kɔnɛ", "Kɔnɛ"),
    ],
)
def test_a_value_reads_in_french(kind, value, on_page, on_card):
    field = Field("f", A, kind, choices=CHOICES)
    assert (read(field, value), read_short(field, value)) == (on_page, on_card)


def test_the_first_of_the_month_is_an_ordinal():
    assert long_date(date(2026, 3, 1)) == "1er mars 2026"
    assert long_date(date(2026, 12, 11)) == "11 décembre 2026"


def test_a_year_keeps_four_figures():
    assert (long_date(date(987, 8, 2)), short_date(date(987, 8, 2))) == ("2 août 0987", "02/08/0987")


def test_an_unknown_country_stays_its_code():
    assert country("QQQ") == "QQQ"
    assert country("BFA") == "Burkina Faso"
