"""What of the text of batna.toml matters: which changes touch a measure, and on which line each key stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.settings import parse_settings
from jobs.settings.toml_text import read_toml


class TestMeasureHash:
    """The hash that says whether an old week was scored under the same settings."""

    @pytest.mark.parametrize(
        "text",
        [
            '[workspace]\nname = "Other"\n',
            '[reporting]\nlanguages = ["ms", "en"]\nmax_index_reps = 3\n',
            '[people]\nlevel = "team"\n',
            "[load]\nmax_shrink = 0.5\n",
            "[schedule]\ncatchup = 4\n",
            '[mail]\nhost = "mail"\nsender = "a@b.example"\n[alerts]\nto = ["ops@b.example"]\n',
            '[sources.ours]\nentity = "reps"\n',
            "[batna]\ncorrelation = 0.10\n",
            'policy.approval_roles = ["executive", "vp"]\n',
        ],
    )
    def test_stays_when_no_measure_can_change(self, text: str) -> None:
        assert parse_settings(text).measure_hash() == parse_settings("").measure_hash()

    @pytest.mark.parametrize(
        "text",
        [
            '[workspace]\ntime_zone = "Asia/Kuala_Lumpur"\n',
            "[fiscal]\nfirst_month = 2\n",
            '[reporting]\ncurrency = "MYR"\n',
            "[batna]\ncorrelation = 0\n",
            '[stages]\n"Pilot" = "evaluation"\n',
            "[probability.phase_defaults]\nqualified = [0.05, 0.20]\n",
            "[[policy.cells]]\ntarget_price_share = 0.8\n",
        ],
    )
    def test_changes_when_a_measure_can_change(self, text: str) -> None:
        assert parse_settings(text).measure_hash() != parse_settings("").measure_hash()

    def test_the_order_of_cells_does_not_matter(self) -> None:
        cells = [
            "[[policy.cells]]\nmax_amount = 1000\ntarget_price_share = 0.8\nvalid_from = 2026-01-01\n",
            "[[policy.cells]]\nmin_amount = 1000\ntarget_price_share = 0.7\n",
        ]
        assert parse_settings("".join(cells)).measure_hash() == parse_settings("".join(cells[::-1])).measure_hash()


class TestLines:
    """Where a key stands, for every way in which TOML can write it."""

    def test_each_way_of_writing_a_key(self) -> None:
        text = (
            "# first\n"
            'a."b c" = 1\n'
            "[t]\n"
            "list = [\n"
            "    1,  # one\n"
            "    [2],\n"
            "]\n"
            'long = """\n'
            "[not.a.table]\n"
            'x = 1"""\n'
            "inline = { deep = { er = 1 } }\n"
            "[[cells]]\n"
            "k = 1\n"
            "[cells.sub]\n"
            "k = 2\n"
            "[[cells]]\n"
            "k = 3\n"
            "[[cells.more]]\n"
            "k = 4\n"
        )
        lines = read_toml(text, "x").lines
        expected = {
            ("a", "b c"): 2, ("t",): 3, ("t", "list"): 4, ("t", "list", 1, 0): 4, ("t", "long"): 8,
            ("t", "inline", "deep", "er"): 11, ("cells", 0): 12, ("cells", 0, "k"): 13,
            ("cells", 0, "sub"): 14, ("cells", 0, "sub", "k"): 15, ("cells", 1): 16, ("cells", 1, "k"): 17,
            ("cells", 1, "more", 0): 18, ("cells", 1, "more", 0, "k"): 19,
        }  # fmt: skip
        assert {path: lines.get(path) for path in expected} == expected
        assert ("not",) not in lines

    @given(st.dictionaries(st.text(min_size=1, max_size=5), st.integers() | st.booleans(), max_size=5))
    def test_every_key_of_a_table_has_its_own_line(self, values: dict[str, int]) -> None:
        rows = [f"{_quoted(key)} = {str(value).lower()}" for key, value in values.items()]
        lines = read_toml("[t]\n" + "\n".join(rows), "x").lines
        assert {path[1]: line for path, line in lines.items() if len(path) == 2} == {
            key: number for number, key in enumerate(values, start=2)
        }


def _quoted(key: str) -> str:
    return '"' + "".join(f"\\U{ord(letter):08X}" for letter in key) + '"'
