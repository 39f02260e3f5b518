"""Names from settings and exports that would be SQL, were they pasted into it: they stay names, through a whole run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.commands import batna, new_workspace, put, rows, weekly

HOSTILE = (
    """it's "x"; drop table ops.files; --""",
    """'); delete from raw.opportunities; --""",
    """a" from raw.reps; drop schema raw cascade; --""",
    """$$; copy raw.reps to 'stolen.csv'; $$""",
    """{x} %s ? $1 \\ /* */""",
    """\u2019; drop table raw.quotas; \uff07""",
)
COLUMNS = (
    "opportunity_id",
    "rep_id",
    "stage",
    "amount",
    "segment",
    "deal_type",
    "created_at",
    "close_on",
    "loss_reason",
    "modified_at",
)


def table(header: tuple[str, ...], *records: tuple[str, ...]) -> str:
    """JSON lines: what separates cells is another question."""
    return "".join(json.dumps(dict(zip(header, record, strict=True))) + "\n" for record in records)


def settings(text: str) -> str:
    quoted = json.dumps(text)  # a TOML basic string is written the same way
    columns = "".join(f"{name} = {json.dumps(f'{text} {name}')}\n" for name in COLUMNS)
    return (
        f'[workspace]\nname = {quoted}\ntime_zone = "UTC"\n[quota]\ndeal_types = [{quoted}]\n'
        f'[policy]\nmargin_basis = "markup_on_cost"\n[[policy.cells]]\nsegment = {quoted}\ntarget_price_share = 0.9\n'
        f'[stages]\n{quoted} = "negotiation"\n[outcomes.loss_reason]\n{quoted} = "declined"\n'
        f"[terms]\nnon_negotiable = [{quoted}]\n[fit]\nindustries = [{quoted}]\n"
        f'[sources.{quoted}]\nentity = "opportunities"\n[sources.{quoted}.columns]\n{columns}'
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_whole_run_takes_them_as_names(tmp_path: Path, text: str) -> None:
    workspace = new_workspace(tmp_path / "acme", settings(text))
    deals = table(
        tuple(f"{text} {name}" for name in COLUMNS),
        (f"D1 {text}", text, text, "50", text, text, "2026-05-01T12:00:00", "2026-09-15", "", "2026-08-01T12:00:00"),
        (
            f"D2 {text}",
            text,
            "Closed Lost",
            "70",
            text,
            text,
            "2026-05-01T12:00:00",
            "2026-08-01",
            text,
            "2026-08-01T12:00:00",
        ),
    )
    put(workspace, {
        "deals.jsonl": deals,
        "reps.jsonl": table(("rep_id", "rep_name", "team"), (text, text, text)),
        "quotas.jsonl": table(("rep_id", "period_start_on", "quota_amount"), (text, "2026-07-01", "100")),
    })  # fmt: skip
    ended = weekly(workspace, "2026-08-15")
    assert ended.code == 0, ended.err
    assert rows(workspace, "select opportunity_id, stage, segment from raw.opportunities order by 1") == [
        {"opportunity_id": f"D1 {text}", "stage": text, "segment": text},
        {"opportunity_id": f"D2 {text}", "stage": "Closed Lost", "segment": text},
    ]
    assert rows(workspace, "select distinct rep_id, team from marts.rep_scorecard") == [{"rep_id": text, "team": text}]
    assert [row["n"] for row in rows(workspace, "select count(*) as n from ops.files")] == [3]
    assert batna("rebuild", "--dry-run", "--workspace", workspace.root).code == 0
    assert batna("explain", f"D1 {text}", "--workspace", workspace.root).code == 0
    ended = batna("person", "erase", text, "--yes", "--workspace", workspace.root)
    assert ended.code == 0, ended.err
    assert not list(tmp_path.rglob("stolen.csv"))
    assert not Path("stolen.csv").exists()
