"""Faults in batna.toml: each is told with its line and its mend."""

from __future__ import annotations

import pytest

from jobs.errors import SettingsError, exit_code
from jobs.settings import parse_settings

FAULTS = {
    "an unknown key, with the nearest one of its table": (
        '[workspace]\nname = "Acme"\ntime_zon = "UTC"\n',
        'batna.toml:3: "time_zon" is no key of [workspace] (did you mean time_zone?).',
    ),
    "a key of another table": (
        '[workspace]\ncurrency = "EUR"\n',
        'batna.toml:2: "currency" is no key of [workspace] (did you mean reporting.currency?).',
    ),
    "an unknown table": (
        "# comment\n\n[polcy]\n",
        'batna.toml:3: "polcy" is no key of this file (did you mean policy?).',
    ),
    "an unknown key in the second cell": (
        '[policy]\nmargin_basis = "markup_on_cost"\n\n[[policy.cells]]\ntarget = 0.2\n\n'
        '[[policy.cells]]\nsegment = "smb"\ntarget = 0.3\nminmum = 0.1\n',
        'batna.toml:10: "minmum" is no key of [policy.cells 2] (did you mean minimum?).',
    ),
    "a bad time zone": (
        '[workspace]\ntime_zone = "Europe/Berln"\n',
        'batna.toml:2: "Europe/Berln" is no time zone (did you mean Europe/Berlin?).',
    ),
    "a folder that depends on where the command is called": (
        'delivery.folder = "share"',
        'batna.toml:1: "share" would be a folder below wherever the command is called',
    ),
    "a name of two lines": (
        'workspace.name = "Acme\\r\\nBcc: x@y.example"',
        "batna.toml:1: the name holds a line end or a control sign",
    ),
    "a name that a terminal would obey": ('workspace.name = "\\u001b[2J"', "batna.toml:1: the name holds a line end"),
    "a language twice": (
        'reporting.languages = ["en", "ms", "en"]',
        'batna.toml:1: "en" stands there twice. Write each language once',
    ),
    "a folder of time zones": ('workspace.time_zone = "Europe"', 'batna.toml:1: "Europe" is no time zone'),
    "an absolute path as a time zone": (
        'workspace.time_zone = "/etc"',
        'batna.toml:1: "/etc" is no time zone',
    ),
    "a currency in small letters": (
        '[reporting]\ncurrency = "eur"\n',
        'batna.toml:2: "eur" is no currency (did you mean EUR?).',
    ),
    "an unknown language": (
        '[reporting]\nlanguages = [\n    "en",\n    "zh",\n]\n',
        'batna.toml:2: reporting.languages 2 is "zh", which is none of the words it may be',
    ),
    "an unknown edition": (
        'reporting.editions = ["leader", "reps"]',
        'batna.toml:1: reporting.editions 2 is "reps", which is none of the words it may be',
    ),
    "editions without that of leaders": (
        'reporting.editions = ["rep"]',
        "batna.toml:1: the list of weeks leads to the pages of leaders, which would not be there.",
    ),
    "no language": ("reporting.languages = []", "batna.toml:1: reporting.languages is empty."),
    "text where a number belongs": (
        '[batna]\nweak_below = "40"\n',
        'batna.toml:2: batna.weak_below must be a number, not "40". Write it without quotes.',
    ),
    "a number where text belongs": (
        "[workspace]\nname = 7\n",
        'batna.toml:2: workspace.name must be text, not 7. Put it in "quotes".',
    ),
    "a fraction where a whole number belongs": (
        "[fiscal]\nfirst_month = 1.5\n",
        "batna.toml:2: fiscal.first_month must be a whole number, not 1.5.",
    ),
    "a truth value where a number belongs": (
        "[buffer]\ntarget = true\n",
        "batna.toml:2: buffer.target must be a number, not true.",
    ),
    "not a number": ("[buffer]\ntarget = nan\n", "batna.toml:2: buffer.target must be a finite number"),
    "a value where a table belongs": ("fiscal = 4\n", "batna.toml:1: fiscal must be a table, not 4."),
    "a list of tables where a table belongs": (
        "[[fiscal]]\n",
        "batna.toml:1: fiscal must be a table, not a list.",
    ),
    "a date in quotes": (
        '[people]\ndecided_on = "2026-01-01"\n',
        'batna.toml:2: people.decided_on must be a date, not "2026-01-01".',
    ),
    "a month out of range": (
        "[fiscal]\nfirst_month = 13\n",
        "batna.toml:2: fiscal.first_month must be at most 12, not 13.",
    ),
    "a correlation out of range": (
        "[batna]\ncorrelation = 0.95\n",
        'batna.toml:2: batna.correlation must be a number from 0 to 0.9 or "estimate", not 0.95.',
    ),
    "a correlation in words": (
        '[batna]\ncorrelation = "estimated"\n',
        'batna.toml:2: batna.correlation must be a number from 0 to 0.9 or "estimate", not "estimated".',
    ),
    "an unknown phase": (
        '[stages]\n"Commercial talks" = "negotation"\n',
        'batna.toml:2: stages."Commercial talks" is "negotation", which is none of the words it may be '
        "(did you mean negotiation?).",
    ),
    "an unknown outcome": (
        '[outcomes.loss_reason]\n"Poor fit" = "decline"\n',
        'batna.toml:2: outcomes.loss_reason."Poor fit" is "decline", which is none of the words it may be '
        "(did you mean declined?).",
    ),
    "a default of an unknown phase": (
        "[probability.phase_defaults]\nclosing = [0.5, 0.1]\n",
        "batna.toml:2: probability.phase_defaults.closing is none of recognition, qualified,",
    ),
    "one chance where two belong": (
        "[probability.phase_defaults]\nqualified = [0.5]\n",
        "batna.toml:2: probability.phase_defaults.qualified must be a list of two numbers, not 1.",
    ),
    "bounds in the wrong order": (
        "[probability]\nlow = 0.9\nhigh = 0.1\n",
        "batna.toml:2: probability.low (0.9) is above probability.high (0.1).",
    ),
    "costs in a cell without a margin basis": (
        "[[policy.cells]]\nminimum = 0.20\ntarget = 0.35\n",
        "batna.toml:1: minimum and target are on cost, and policy.margin_basis is not set.",
    ),
    "a target under the minimum": (
        '[policy]\nmargin_basis = "markup_on_cost"\n[[policy.cells]]\nminimum = 0.35\ntarget = 0.20\n',
        "batna.toml:5: target (0.20) is under minimum (0.35).",
    ),
    "a target price under the minimum price": (
        "[[policy.cells]]\nminimum_price_share = 0.8\ntarget_price_share = 0.7\n",
        "batna.toml:3: target_price_share (0.7) is under minimum_price_share (0.8).",
    ),
    "a floor without a threshold": (
        "[[policy.cells]]\nminimum_price_share = 0.8\n",
        "batna.toml:2: minimum_price_share stands without target_price_share.",
    ),
    "a margin of the whole price": (
        '[policy]\nmargin_basis = "margin_on_price"\n[[policy.cells]]\ntarget = 1\n',
        "batna.toml:4: no price has a margin of 1 of itself.",
    ),
    "an empty cell": (
        '[[policy.cells]]\nsegment = "smb"\n',
        "batna.toml:1: this cell sets no walk-away point.",
    ),
    "an empty band": (
        "[[policy.cells]]\nmin_amount = 100\nmax_amount = 100\ntarget_price_share = 0.8\n",
        "batna.toml:3: no amount lies from 100 up to under 100.",
    ),
    "overlapping cells": (
        '[[policy.cells]]\nsegment = "smb"\nmax_amount = 1_000\ntarget_price_share = 0.8\n\n'
        '[[policy.cells]]\nsegment = "smb"\nmin_amount = 999.99\ntarget_price_share = 0.7\n',
        "batna.toml:6: policy cell 2 (segment smb, 999.99 up, from ever) overlaps cell 1 "
        "(segment smb, 0 to under 1000, from ever) at batna.toml:1.",
    ),
    "a time of day that is none": (
        '[schedule.weekly]\nat = "5:30"\n',
        'batna.toml:2: "5:30" is no time of day. Write hours and minutes: "05:30".',
    ),
    "a day of the week in short": (
        '[schedule.weekly]\non = ["mon"]\n',
        'batna.toml:2: schedule.weekly.on 1 is "mon", which is none of the words it may be',
    ),
    "a secret where the name of a variable belongs": (
        '[schedule.weekly]\nping_env = "https://hc.example/uuid"\n',
        "batna.toml:2: ping_env is no name of an environment variable.",
    ),
    "an address with a name": (
        '[mail]\nhost = "mail"\nsender = "Ada <ada@acme.example>"\n',
        'batna.toml:3: "Ada <ada@acme.example>" is no e-mail address.',
    ),
    "a password without encryption": (
        '[mail]\nhost = "mail"\nsender = "a@b.example"\nuser = "a"\nsecurity = "none"\n',
        "batna.toml:5: the password would be sent without encryption.",
    ),
    "alerts without a mail server": (
        '[alerts]\nto = ["ops@acme.example"]\n',
        "batna.toml:2: there is no mail server. Name it: host in [mail].",
    ),
    "two addresses in one": (
        '[mail]\nhost = "m"\nsender = "ada@acme.example,bo@acme.example"\n',
        'batna.toml:3: "ada@acme.example,bo@acme.example" is no e-mail address.',
    ),
    "an address that needs quotes": (
        '[mail]\nhost = "m"\nsender = "ada;x@acme.example"\n',
        'batna.toml:3: "ada;x@acme.example" is no e-mail address.',
    ),
    "a link without an address": (
        '[delivery]\npages = "link"\n',
        "batna.toml:2: there is no address to link to.",
    ),
    "a recipient twice": (
        '[mail]\nhost = "m"\nsender = "a@b.example"\n'
        '[[delivery.recipients]]\naddress = "a@b.example"\n[[delivery.recipients]]\naddress = "A@b.example"\n',
        'batna.toml:6: "a@b.example" stands there twice.',
    ),
    "a team lead without a team": (
        '[mail]\nhost = "m"\nsender = "a@b.example"\n[[delivery.recipients]]\naddress = "a@b.example"\nrole = "team_lead"\n',
        "batna.toml:4: a team_lead has team, and nothing else.",
    ),
    "a leader with a team": (
        '[mail]\nhost = "m"\nsender = "a@b.example"\n[[delivery.recipients]]\naddress = "a@b.example"\nteam = "North"\n',
        "batna.toml:4: a leader has neither team nor rep.",
    ),
    "a rep whose pages are not made": (
        '[mail]\nhost = "m"\nsender = "a@b.example"\n[[delivery.recipients]]\naddress = "a@b.example"\nrole = "rep"\nrep = "R1"\n',
        'batna.toml:6: the pages that this is of are not made: "rep" is not among reporting.editions.',
    ),
    "a link to pages that nobody can read": (
        'reporting.editions = ["leader", "rep"]\n[mail]\nhost = "m"\nsender = "a@b.example"\n[delivery]\npages = "link"\naddress = "https://x.example"\n'
        'folder = "/srv/leaders"\n[[delivery.recipients]]\naddress = "a@b.example"\nrole = "rep"\nrep = "R1"\n',
        "batna.toml:11: nothing says where pages of reps can be read.",
    ),
    "a folder of all reps": (
        'reporting.editions = ["leader", "rep"]\n[[delivery.folders]]\npath = "/srv/reps"\nedition = "rep"\n',
        "batna.toml:2: a rep folder has rep, and nothing else.",
    ),
    "a folder inside that of another edition": (
        'reporting.editions = ["leader", "team"]\n[delivery]\nfolder = "/srv/pages"\n'
        '[[delivery.folders]]\npath = "/srv/pages/../pages/teams"\nedition = "team"\n',
        "batna.toml:5: whoever reads it would read the pages of another edition too: a folder above has them.",
    ),
    "a profile that is no table": (
        "[sources]\nours = 3\n",
        "batna.toml:2: sources.ours must be a table, not 3.",
    ),
    "a line that is no TOML": (
        "[workspace]\nname = Acme\n",
        "batna.toml:2: this is not TOML: invalid value.",
    ),
    "an unclosed text": ('[workspace]\nname = """Acme\n', "batna.toml:2: this is not TOML"),
    "a key twice": ("[fiscal]\nfirst_month = 1\nfirst_month = 2\n", "batna.toml:3: this is not TOML"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_line_and_its_mend(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings(text)
    assert str(raised.value).startswith(message)
    assert raised.value.mend
    assert exit_code(raised.value) == 2


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(SettingsError) as raised:
        parse_settings('[batna]\nweak = 3\n[workspace]\nname = 1\n[fiscal]\nfirst_month = "May"\n')
    places = [line.split(": ")[0] for line in str(raised.value).splitlines()]
    assert places == ["batna.toml:2", "batna.toml:4", "batna.toml:6"]
