"""Invented names: the selling company, its people, its customers."""

from collections.abc import Sequence

from jobs.sample.draws import Ints

COMPANY = "Quellmark Instruments"
MAIL_DOMAIN = "quellmark.example"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words("""
Alma Anouk Arvid Beate Bendik Brigid Cato Clara Dagny Dario Edda Eilif Elin Emre Enna Fabian Femke Finn
Greta Gunnar Halima Henrik Hilde Idris Ilka Imre Ines Ivo Jannik Jelena Joris Jule Kaja Kaspar Katla Klara
Lasse Leander Levke Lior Lotte Maarten Mahir Malin Marisol Matteo Merle Milan Mirja Nadim Nele Niklas Noor
Oda Ondrej Oskar Petra Quirin Ragna Rasmus Renske Rufus Sanna Selma Silvan Søren Tamar Thekla Tjark Tove
Ulla Valentin Vera Wanda Wiebke Yara Zeno Zoé
""")
FAMILY = _words("""
Aalders Achterberg Almqvist Amsel Bachstelz Barkholt Bellweg Birkenau Brandvoll Brunsted Dahlmark Dornfeld
Eckersund Eibenholt Elsterkamp Falkenrath Farnholm Fennimore Feldhuis Glimmer Grauwacke Grünspan Haferkorn
Hallmoor Harkness Heidewig Hollerbusch Ibsgaard Immerwahr Jorisma Kaltwasser Kestrelby Kiebitz Klinkerfuss
Korntal Kranichfeld Lindqvist Lorbeer Löwenmaul Marlowe Mirabel Moorcroft Nachtigal Nebelhorn Nordvik
Ockenfels Odenbrecht Overbeek Pappelhof Pilgrim Quendel Rabenhorst Ravnsborg Rohrdommel Rosskamp Sandvoort
Schilfrohr Seeadler Silbermann Skovgaard Steinbrech Stormwik Tannhof Tideway Torfmoor Uferloos Ulmenried
Vennekamp Vogelsang Waldkauz Wassenberg Weidenbach Wintergrün Wolkenstein Ysander Zaunkoenig Zeisig
Zwartkruis
""")
_HEADS = _words("""
Bram Cald Dorn Elv Farn Gald Harv Ist Jarn Keld Lorn Marv Nesk Orl Pell Quin Rusk Sald Tarn Ulv Vel Wern
Yld Zor Brisk Corv Drev Esk Fald Grun Hesk Ilm Jolv Karn Lesk Morv Nald Osk Parn Rold Stel Torv Urn Vask
Wold Arn Belv Cren
""")
_TAILS = _words("""
abay acre amont anor arden ara beck bridge by cairn combe dale den ea ester feld ford garth gate haven
holm ia ingen is kamp land mere mora mouth ona oria port rike stad stow thorpe urst vale wick worth
""")
_TRADES = _words("""
Foods Logistics Metals Textiles Optics Breweries Shipyards Paper Ceramics Energy Pharma Chemicals Robotics
Dairies Timber Plastics Rail Clinics Retail Insurance Print Pumps Valves Turbines Glass Seeds Tools Cables
Coatings Bearings
""")
_ASCII = str.maketrans({"ø": "o", "é": "e", "ü": "u", "ö": "o"})
_STRIDE = 7919  # a prime that divides neither number of combinations, so that every name comes once


def person(number: int) -> tuple[str, str]:
    """Given and family name of the person with this number; names repeat after 6,084 people."""
    place = number * _STRIDE % (len(GIVEN) * len(FAMILY))
    return GIVEN[place // len(FAMILY)], FAMILY[place % len(FAMILY)]


def mail(given: str, family: str, number: int) -> str:
    """An address in plain letters; the number keeps namesakes apart."""
    extra = str(number) if number >= len(GIVEN) * len(FAMILY) else ""
    return f"{given}.{family}{extra}@{MAIL_DOMAIN}".lower().translate(_ASCII)


def company_names(numbers: Ints) -> Sequence[str]:
    """One name per number; after 57,600 companies a number is added."""
    return [_company(int(number)) for number in numbers]


def _company(number: int) -> str:
    total = len(_HEADS) * len(_TAILS) * len(_TRADES)
    again, place = divmod(number, total)
    place = place * _STRIDE % total
    head, rest = divmod(place, len(_TAILS) * len(_TRADES))
    tail, trade = divmod(rest, len(_TRADES))
    return f"{_HEADS[head]}{_TAILS[tail]} {_TRADES[trade]}{f' {again + 1}' if again else ''}"
