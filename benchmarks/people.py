"""Who and what is entered: births, certificates of life and visas, each of another person, as clerks type them."""

from datetime import date, timedelta

_SURNAMES = ("KEÏTA", "TRAORÉ", "COULIBALY", "DƐMBƐLƐ", "SISƆKƆ", "MAÏGA", "TOURÉ", "DIARRA", "SANƆGƆ", "CISSÉ", "BAH")
_GIVEN = (
    "Fanta",
    "Ɲagalen",
    "Moussa",
    "Awa",
    "Issa",
    "Ŋɔlɔ",
    "Kadidia",
    "Sékou",
    "Oumou",
    "Bakari",
    "Mariam",
    "Drissa",
)
_CITIES = ("Paris 13e", "Montreuil", "Bagnolet", "Abidjan", "Bouaké", "Évry-Courcouronnes", "Saint-Denis")


def _surname(n: int) -> str:
    return _SURNAMES[n % len(_SURNAMES)]


def _given(n: int) -> str:
    return f"{_GIVEN[n % len(_GIVEN)]} {_GIVEN[n // len(_GIVEN) % len(_GIVEN)]}"


def _city(n: int) -> str:
    return _CITIES[n % len(_CITIES)]


def birth(n: int, today: date) -> dict[str, str]:
    """The values of a birth act: child, mother, father."""
    born = today - timedelta(10 + n % 20)
    return {
        "surname": _surname(n),
        "given_names": _given(n),
        "sex": "FM"[n % 2],
        "birth_date": born.isoformat(),
        "birth_time": f"{n % 24:02}:{n % 60:02}",
        "birth_place": _city(n),
        "birth_country": "FRA",
        "nationality": "MLI",
        "father_surname": _surname(n),
        "father_given_names": _given(n + 1),
        "mother_surname": _surname(n + 5),
        "mother_given_names": _given(n + 2),
        "declared_on": (born + timedelta(5)).isoformat(),
    }


def life(n: int, today: date) -> dict[str, str]:
    """The values of a certificate of life."""
    return {
        "surname": _surname(n),
        "given_names": _given(n),
        "sex": "FM"[n % 2],
        "birth_date": date(1940 + n % 40, 1 + n % 12, 1 + n % 28).isoformat(),
        "birth_place": "Kayes",
        "nationality": "MLI",
        "address": f"{1 + n % 200}, rue de la République",
        "city": _city(n),
        "country": "FRA",
        "appeared_on": today.isoformat(),
    }


def visa(n: int, today: date) -> dict[str, str]:
    """The values of a short-stay visa."""
    return {
        "surname": "MARTIN",
        "given_names": f"Zoé {_GIVEN[n % len(_GIVEN)]}",
        "sex": "F",
        "birth_date": date(1960 + n % 40, 1 + n % 12, 1 + n % 28).isoformat(),
        "birth_place": "Lyon",
        "nationality": "FRA",
        "passport_number": f"{n % 100:02}AB{n % 100_000:05}",
        "passport_issuer": "FRA",
        "passport_valid_until": (today + timedelta(2000)).isoformat(),
        "category": "short",
        "purpose": "tourism",
        "entries": "1",
        "stay": "P30D",
        "valid_from": today.isoformat(),
        "valid_until": (today + timedelta(90)).isoformat(),
    }
