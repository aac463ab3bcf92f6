"""How values read on paper."""

from datetime import date

import pytest

from sceau.cli_words import as_printed
from sceau.desk.countries import _BY_CODE, _DEMONYM_BY_CODE, country, demonym
from sceau.desk.wording import agreed, at_office, long_date, read, read_short, short_date, without_article
from sceau.domain.document_type import Field, Kind, Label, document_type
from sceau.domain.fields import of

A = Label("a", "a")
CHOICES = {"single": Label("célibataire", "single")}


@pytest.mark.parametrize(
    ("kind", "value", "on_page", "on_card"),
    [
        (Kind.DATE, "1991-03-14", "14 mars 1991", "14/03/1991"),
        (Kind.SEX, "F", "Féminin", "F"),
        (Kind.SEX, "M", "Masculin", "M"),
        (Kind.COUNTRY, "CIV", "Côte d’Ivoire", "Côte d’Ivoire (CIV)"),
        (Kind.COUNTRY, "QQQ", "QQQ", "QQQ"),
        (Kind.TIME, "06:40", "6\u00a0h\u00a040", "6\u00a0h\u00a040"),
        (Kind.TIME, "18:00", "18\u00a0h", "18\u00a0h"),
        (Kind.TIME, "00:05", "0\u00a0h\u00a005", "0\u00a0h\u00a005"),
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


def test_many_entries_are_said_in_words():
    entries = document_type("visa_short").by_name["entries"]
    assert (read(entries, "0"), read_short(entries, "0"), read(entries, "2")) == ("multiples", "multiples", "2")
    assert (as_printed(entries, "0", "fr"), as_printed(entries, "0", "en")) == ("multiples", "multiples (multiple)")


def test_the_first_of_the_month_is_an_ordinal():
    assert long_date(date(2026, 3, 1)) == "1er mars 2026"
    assert long_date(date(2026, 12, 11)) == "11 décembre 2026"


def test_a_year_keeps_four_figures():
    assert (long_date(date(987, 8, 2)), short_date(date(987, 8, 2))) == ("2 août 0987", "02/08/0987")


def test_an_unknown_country_stays_its_code():
    assert country("QQQ") == "QQQ"
    assert country("BFA") == "Burkina Faso"


def test_a_nationality_is_an_adjective_or_the_name_of_the_country():
    field = Field("father_nationality", A, Kind.COUNTRY)
    assert (read(field, "MLI"), read_short(field, "MLI")) == ("malienne", "malienne (MLI)")
    assert demonym("NER") == "nigérienne"
    assert demonym("NGA") == "nigériane"
    assert demonym("TUV") == "Tuvalu"
    assert demonym("QQQ") == "QQQ"


def test_every_adjective_is_of_a_country_that_has_a_name():
    assert _DEMONYM_BY_CODE.keys() <= _BY_CODE.keys()


@pytest.mark.parametrize(
    ("words", "woman", "man"),
    [
        ("S'est présenté(e) le", "S'est présentée le", "S'est présenté le"),
        ("veuf / veuve", "veuve", "veuf"),
        ("célibataire", "célibataire", "célibataire"),
    ],
)
def test_words_agree_with_the_holder(words, woman, man):
    assert (agreed(words, "F"), agreed(words, "M"), agreed(words, None)) == (woman, man, words)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("Consulat général du Mali à Lyon", "au Consulat général du Mali à Lyon"),
        ("Ambassade du Mali en France", "à l’Ambassade du Mali en France"),
        ("Mission permanente du Mali", "à la Mission permanente du Mali"),
        ("Kayes", "Kayes"),
    ],
)
def test_an_officer_signs_at_an_office(name, at):
    assert at_office(name) == at


@pytest.mark.parametrize("title", ["Le Consul général", "Consul général"])
def test_a_title_after_a_name_has_no_article(title):
    assert without_article(title) == "Consul général"
    assert without_article("L’Officier d’état civil") == "Officier d’état civil"


def test_an_acronym_keeps_its_capitals_in_a_label_about_somebody_else():
    words = [
        of("spouse_a", Field("f", Label("x", en)), fr="de l'époux", en="Husband's")[0].label.en
        for en in ("NINA", "National ID number", "Surname")
    ]
    assert words == ["Husband's NINA", "Husband's national ID number", "Husband's surname"]
