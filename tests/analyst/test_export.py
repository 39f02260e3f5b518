"""`batna export`: what lies in the folder, who stands in it, and that it is the earlier one or the new one."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from jobs.analyst import export as module
from jobs.analyst.export import MARK, Exported, export
from jobs.errors import DataRefused, UsageError
from jobs.render.people import People, _Team
from jobs.settings import parse_settings
from jobs.weekly import Outcome
from jobs.workspace import Workspace
from tests.analyst.conftest import hashes
from tests.commanded import Batna

DAY = "as_of_on=2026-11-15"


@pytest.fixture
def sample(sample_company: tuple[Workspace, Outcome]) -> Workspace:
    return sample_company[0]


def exported(workspace: Workspace, target: Path, settings: str = "") -> Exported:
    return export(workspace, parse_settings(settings), target)


def test_every_mart_is_a_folder_by_date_that_duckdb_and_polars_read(sample: Workspace, tmp_path: Path) -> None:
    done = exported(sample, tmp_path / "out")
    assert (done.marts, done.kept, done.withheld) == (31, 0, ())
    place = tmp_path / "out" / "rep_scorecard"
    assert [path.name for path in place.iterdir()] == [DAY]
    frame = pl.scan_parquet(place, hive_partitioning=True).collect()
    assert frame["as_of_on"].dtype == pl.Date
    assert frame.height == 24
    with duckdb.connect() as connection:
        query = f"select count(*), any_value(typeof(as_of_on)) from read_parquet('{place}/*/*.parquet', hive_partitioning = true)"
        assert connection.execute(query).fetchall() == [(24, "DATE")]


def test_twice_gives_the_same_bytes(sample: Workspace, tmp_path: Path) -> None:
    exported(sample, tmp_path / "out")
    before = hashes(tmp_path)
    exported(sample, tmp_path / "out")
    assert hashes(tmp_path) == before


class TestHistory:
    """A mart that shows the latest date alone grows one folder per export."""

    @pytest.fixture
    def earlier(self, sample: Workspace, tmp_path: Path) -> Path:
        """An export as it was a week ago."""
        exported(sample, tmp_path / "out")
        register = tmp_path / "out" / "declined_deals"
        (register / DAY).rename(register / "as_of_on=2026-11-08")
        return tmp_path / "out"

    def dates(self, target: Path) -> list[str]:
        return sorted(path.name for path in (target / "declined_deals").iterdir())

    def test_what_only_the_earlier_export_has_stays(self, sample: Workspace, earlier: Path) -> None:
        assert exported(sample, earlier).kept == 1
        assert self.dates(earlier) == ["as_of_on=2026-11-08", DAY]

    @pytest.mark.parametrize("settings", ['people.level = "pseudonym"', "people.keep_weeks = 5"])
    def test_not_under_another_level_nor_beyond_the_time_people_are_kept(
        self, sample: Workspace, earlier: Path, settings: str
    ) -> None:
        register = earlier / "declined_deals"
        (register / "as_of_on=2026-11-08").rename(register / "as_of_on=2026-10-04")
        assert exported(sample, earlier, settings).kept == 0
        assert self.dates(earlier) == [DAY]


class TestPeople:
    def test_pseudonyms_stand_for_names_and_ids(self, sample: Workspace, tmp_path: Path) -> None:
        named = pl.read_parquet(self.made(sample, tmp_path / "named", "named") / "rep_scorecard" / DAY)
        target = self.made(sample, tmp_path / "pseudonym", "pseudonym")
        hidden = pl.read_parquet(target / "rep_scorecard" / DAY)
        assert hidden["rep_id"].str.contains("^R-[0-9a-f]{8}$").all()
        assert (hidden["rep_id"] == hidden["rep_name"]).all()
        assert hidden["quota_amount"].sum() == named["quota_amount"].sum()
        words = {*named["rep_id"], *named["rep_name"]}
        for path in target.rglob("*.parquet"):
            text = pl.read_parquet(path, hive_partitioning=False).select(pl.col(pl.String)).unpivot()["value"]
            assert words.isdisjoint(text), path

    def test_texts_that_people_wrote_are_left_out(self, sample: Workspace, tmp_path: Path) -> None:
        target = self.made(sample, tmp_path / "out", "pseudonym")
        assert pl.read_parquet(target / "declined_deals" / DAY)["what_changed"].null_count() > 0
        assert pl.read_parquet(target / "declined_deals" / DAY)["what_changed"].drop_nulls().is_empty()

    def test_at_the_level_of_teams_no_mart_tells_of_a_person(self, sample: Workspace, tmp_path: Path) -> None:
        done = exported(sample, tmp_path / "out", 'people.level = "team"')
        assert {"rep_scorecard", "rep_conduct", "deal_positions", "declined_deals", "contest_counts"} <= set(
            done.withheld
        )
        columns = {name for path in (tmp_path / "out").rglob("*.parquet") for name in pl.read_parquet_schema(path)}
        assert not {name for name in columns if name.startswith("rep_") and not name.endswith("_count")}
        assert (tmp_path / "out" / "team_scorecard").is_dir()

    def test_nor_of_a_team_that_is_too_small(
        self, sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        small = People("team", [_Team("North", 4), _Team("Isles", 6), _Team("Central", 7), _Team("Overseas", 7)])
        monkeypatch.setattr("jobs.analyst.shown.people_of", lambda *_: small)
        target = self.made(sample, tmp_path / "out", "team")
        assert set(pl.read_parquet(target / "team_scorecard" / DAY)["team"]) == {"Central", "Overseas"}
        assert set(pl.read_parquet(target / "team_conduct" / DAY)["group_id"]) == {"Central", "Overseas", "company"}

    def made(self, workspace: Workspace, target: Path, level: str) -> Path:
        exported(workspace, target, f'people.level = "{level}"')
        return target


class TestPlace:
    def test_a_folder_in_use_is_left_alone(self, sample: Workspace, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine")
        with pytest.raises(UsageError, match="this is in use, and no earlier export"):
            exported(sample, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]

    def test_a_folder_in_a_folder_that_is_not_there(self, sample: Workspace, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="there is no such folder"):
            exported(sample, tmp_path / "none" / "out")

    def test_an_export_that_fails_leaves_the_earlier_one(
        self, sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        exported(sample, tmp_path / "out")
        before = hashes(tmp_path)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(module, "sync_tree", full)
        with pytest.raises(OSError, match="No space left"):
            exported(sample, tmp_path / "out", 'people.level = "pseudonym"')
        assert hashes(tmp_path) == before

    def test_before_a_week_was_scored(self, published: Workspace, tmp_path: Path) -> None:
        with pytest.raises(DataRefused, match="no week has been scored yet"):
            exported(published, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_the_command_says_what_lies_there(self, sample: Workspace, batna: Batna, tmp_path: Path) -> None:
        assert batna("export", "out", "--workspace", sample.root) == 0
        first, place = batna.out.splitlines()
        assert first.startswith("31 marts, ")
        assert first.endswith("partitions; people.level is named")
        assert place == str(tmp_path / "out")
        assert json.loads((tmp_path / "out" / MARK).read_text())["level"] == "named"
