"""batna.toml over config/default.toml: what is taken, and that each key is explained."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
from pydantic import ValidationError

from jobs import shipped
from jobs.errors import SettingsError
from jobs.sample import settings_toml
from jobs.settings import key_paths, load_settings, parse_settings
from jobs.settings.toml_text import merged


def test_an_empty_file_gives_the_defaults() -> None:
    settings = parse_settings("")
    assert settings.batna.correlation == Decimal("0.1")
    assert settings.policy.margin_basis is None
    assert settings.policy.cells == ()
    assert settings.quota.fallback is None
    assert settings.stages["Negotiation/Review"] == "negotiation"


def test_a_table_is_merged_and_a_list_is_replaced() -> None:
    settings = parse_settings('policy.approval_roles = ["cfo"]\n[stages]\n"Pilot" = "evaluation"\n')
    assert settings.stages["Pilot"] == "evaluation"
    assert settings.stages["Closed Won"] == "closed"
    assert settings.policy.approval_roles == ("cfo",)


def test_a_default_can_be_mapped_otherwise() -> None:
    assert parse_settings('[stages]\n"Close" = "closed"\n').stages["Close"] == "closed"


def test_numbers_are_kept_exactly_as_written() -> None:
    cell = parse_settings("[[policy.cells]]\nmin_amount = 0.10\ntarget_price_share = 0.8000000000000000001\n")
    assert str(cell.policy.cells[0].target_price_share) == "0.8000000000000000001"
    assert str(cell.policy.cells[0].min_amount) == "0.10"


def test_cells_that_share_an_edge_do_not_overlap() -> None:
    settings = parse_settings(
        "[[policy.cells]]\nmax_amount = 1000\ntarget_price_share = 0.8\n"
        "[[policy.cells]]\nmin_amount = 1000\ntarget_price_share = 0.7\n"
    )
    assert len(settings.policy.cells) == 2


@pytest.mark.parametrize("key", ['segment = "smb"', "valid_from = 2026-07-01"])
def test_a_named_segment_or_a_later_policy_may_lie_over_another(key: str) -> None:
    text = "[[policy.cells]]\ntarget_price_share = 0.8\n[[policy.cells]]\ntarget_price_share = 0.7\n"
    assert len(parse_settings(text + key + "\n").policy.cells) == 2


def test_a_correlation_may_be_estimated() -> None:
    assert parse_settings('[batna]\ncorrelation = "estimate"\n').batna.correlation == "estimate"


def test_profiles_are_left_to_the_loader() -> None:
    settings = parse_settings('[sources.ours]\nentity = "opportunities"\n[sources.ours.columns]\namount = "sum"\n')
    assert settings.sources == {"ours": {"entity": "opportunities", "columns": {"amount": "sum"}}}


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        parse_settings("").fiscal.first_month = 2


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "batna.toml").write_text('[workspace]\nname = "Ä"\n', encoding="utf-8-sig")
    assert load_settings(tmp_path).workspace.name == "Ä"


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "batna.toml").write_bytes('[workspace]\nname = "Ä"\n'.encode("latin-1"))
    with pytest.raises(SettingsError, match="cannot be read as UTF-8 text"):
        load_settings(tmp_path)


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="this folder is no workspace"):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", ["default.toml", "workspace.toml"])
def test_the_shipped_files_are_settings(name: str) -> None:
    parse_settings((shipped.CONFIG / name).read_text(encoding="utf-8"))


def test_the_lines_that_a_new_workspace_offers_can_be_used() -> None:
    """Every commented example in workspace.toml is valid once its `# ` is taken away."""
    text = (shipped.CONFIG / "workspace.toml").read_text(encoding="utf-8")
    offered = [line.removeprefix("# ") for line in text.splitlines()]
    examples = [line for line in offered if line.startswith("[") or " = " in line.partition("#")[0]]
    settings = parse_settings("\n".join(examples))
    assert settings.policy.cells[0].valid_from is None
    assert settings.outcomes.loss_reason["Poor fit, we declined"] == "declined"


def test_the_sample_companys_settings_are_settings() -> None:
    assert parse_settings(settings_toml()).policy.margin_basis == "markup_on_cost"


def test_merging_changes_neither_side() -> None:
    below, above = {"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}}
    assert merged(below, above) == {"a": {"b": 1, "c": [2]}}
    assert (below, above) == ({"a": {"b": 1, "c": [1]}}, {"a": {"c": [2]}})


class TestDocumentation:
    """Every key is explained where a person looks for it."""

    @pytest.mark.parametrize("key", key_paths())
    def test_in_docs_settings(self, key: str) -> None:
        page = (shipped.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
        assert f"`{key}`" in page

    @pytest.mark.parametrize("key", key_paths())
    def test_in_the_defaults(self, key: str) -> None:
        assert key.split(".")[-1] in (shipped.CONFIG / "default.toml").read_text(encoding="utf-8")

    def test_the_defaults_that_it_names(self) -> None:
        page = (shipped.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
        defaults = tomllib.loads((shipped.CONFIG / "default.toml").read_text(encoding="utf-8"))
        for line in page.splitlines():
            cells = [cell.strip() for cell in line.split("|")]
            if line.startswith("| `") and re.match(r'["\[\d]', cells[2]) and "policy.cells" not in cells[1]:
                default = reduce(getitem, cells[1].strip("`").split("."), defaults)
                assert tomllib.loads(f"value = {cells[2]}")["value"] == default, cells[1]

    def test_no_key_that_does_not_exist(self) -> None:
        page = (shipped.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
        rows = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
        assert sorted(rows) == sorted(key_paths())


def test_a_day_without_quotes_is_a_date() -> None:
    assert parse_settings("[people]\ndecided_on = 2026-01-01\n").people.decided_on == date(2026, 1, 1)
