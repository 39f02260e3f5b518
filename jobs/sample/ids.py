"""Record ids in Salesforce's form: 15 case-sensitive characters and three that guard their case.

Source: 05-exports.md section 1.1. Each of the last three characters stands for five of the first fifteen:
bit k is set where the k-th of the five is a capital letter.
"""

import numpy as np
import polars as pl

from jobs.sample.draws import Ints

OPPORTUNITY, ACCOUNT, USER, CONTACT = "006", "001", "005", "003"
HISTORY, CONTACT_ROLE, FIELD_HISTORY = "008", "00K", "017"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ORGANISATION = "Sx00000"  # the seven characters between an object's prefix and its counter


def checksum(id15: str) -> str:
    """The three characters that belong to a 15-character id."""
    fives = (id15[start : start + 5] for start in (0, 5, 10))
    return "".join(_CHECK[sum(1 << k for k, letter in enumerate(five) if "A" <= letter <= "Z")] for five in fives)


def record_ids(prefix: str, counters: Ints) -> pl.Series:
    """18-character ids of one object type, one per counter (0 to 62**5 - 1)."""
    head = prefix + _ORGANISATION
    places = [counters // 62**power % 62 for power in (4, 3, 2, 1, 0)]
    bits = sum(((place >= 10) & (place < 36)).astype(np.int64) << k for k, place in enumerate(places))
    letters = pl.Series(list(_DIGITS))
    tail = [letters.gather(place) for place in places]
    last = pl.Series(list(_CHECK)).gather(np.asarray(bits, dtype=np.int64))
    return pl.select(pl.concat_str([pl.lit(head), *tail, pl.lit(checksum(head + "00000")[:2]), last])).to_series()
