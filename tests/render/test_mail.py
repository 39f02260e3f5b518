"""Summaries of a week for mail, made of the hand-made warehouses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from jobs.deliver.plain import plain_text, title
from jobs.errors import DataRefused
from jobs.render.mail import Letter, NoPage, Summary, render_mails
from jobs.render.read import WeekRows
from jobs.render.rep_view import for_rep
from jobs.render.twins import made_languages
from tests.render.pages import WAREHOUSES, read, render, settings
from tests.render.warehouse import AS_OF

LIMIT = 102_000  # bytes, from where on a mail is clipped


def mails(name: str, *letters: Letter, text: str = "", made: Sequence[str] = ("en",)) -> list[Summary | NoPage]:
    with TemporaryDirectory() as folder:
        pages = published(Path(folder), *made)
        return list(render_mails(WAREHOUSES[name]().connection, settings(text), AS_OF, letters, pages))


def mail(name: str, letter: Letter, text: str = "", made: Sequence[str] = ("en",)) -> Summary:
    [summary] = mails(name, letter, text=text, made=made)
    assert isinstance(summary, Summary)
    return summary


def published(week: Path, *languages: str) -> Path:
    """The folder of a week that was made in these languages, with what tells them."""
    for number, language in enumerate(languages):
        folder = week if number == 0 else week / language / "leader"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_text(f'<!doctype html>\n<html lang="{language.replace("_", "-")}">\n')
    return week


@pytest.mark.parametrize("name", WAREHOUSES)
def test_a_mail_holds_nothing_that_mail_clients_drop(name: str) -> None:
    source = mail(name, Letter("en", is_attached=True)).html
    assert len(source.encode()) < LIMIT
    tags = set(re.findall(r"<([a-z0-9]+)", source.lower()))
    assert not tags & {"style", "svg", "script", "img", "link", "iframe", "form"}
    assert "var(" not in source
    assert "data:" not in source
    assert all(not re.search(rf'<{tag}(?![^>]*style=")[ >]', source) for tag in ("h1", "h2", "td", "th"))


def test_of_the_company(capsys: pytest.CaptureFixture[str]) -> None:
    found = mail("sample", Letter("en", is_attached=True))
    assert title(found.html) == "Walk-Away Weekly · Acme & Sons · Week 46"
    lines = plain_text(found.html).splitlines()
    assert lines[0].startswith("Walk-Away Weekly · Acme & Sons · Week 46")
    assert "Deal | Owner | At stake | By" in lines
    assert (
        "The report is attached: save its pages into one folder, and open them in a browser. "
        "Links to pages that are not attached lead nowhere."
    ) in lines
    assert found.pages == ("index.html", "declined.html", "conduct.html", "method.html")


def test_attached_pages_in_one_folder_lead_to_each_other_and_to_no_other(tmp_path: Path) -> None:
    """What the mail says of them is true: the rest of the week is not attached."""
    attached = mail("sample", Letter("en", is_attached=True)).pages
    sources = render(WAREHOUSES["sample"](), tmp_path)
    targets = {
        value.partition("#")[0]
        for page in attached
        for tag, name, value in read(sources[page]).attributes
        if (tag, name) == ("a", "href") and not value.startswith("#")
    }
    assert targets >= set(attached)
    others = targets - set(attached)
    assert others <= sources.keys()
    assert others, "reps and teams have pages of their own"
    assert not {target.rpartition("/")[2] for target in others} & set(attached)


def test_attached_pages_and_a_link_to_all_of_them() -> None:
    text = plain_text(mail("sample", Letter("en", address="https://x.example/2026-W46", is_attached=True)).html)
    assert "lead nowhere.\n\nRead the report: https://x.example/2026-W46/index.html\n" in text


def test_of_a_team_with_a_link() -> None:
    found = mail("sample", Letter("en", "North", "https://x.example/2026-W47/"))
    assert title(found.html) == "Walk-Away Weekly · Team North · Week 46"
    assert found.pages == ("teams/north-43f853bb.html",)
    assert "Read the report: https://x.example/2026-W47/teams/north-43f853bb.html" in plain_text(found.html)


def test_a_team_that_is_not_there() -> None:
    assert mails("sample", Letter("en", "Atlantis"), Letter("en"))[0] == NoPage("the week has no such team")


@pytest.mark.parametrize(
    ("wanted", "made", "language", "folder"),
    [
        ("en", ("en", "ms"), "en", ""),
        ("ms", ("en", "ms"), "ms", "ms/leader/"),
        ("ms", ("ms",), "ms", ""),
        ("en", ("zh_Hans", "en", "ru"), "en", "en/leader/"),
        ("zh_Hans", ("zh_Hans", "en"), "zh-Hans", ""),
        ("ms", ("en",), "en", ""),
        ("ms", ("ru", "en"), "ru", ""),
    ],
)
def test_a_mail_and_its_pages_are_in_one_language(
    wanted: str, made: tuple[str, ...], language: str, folder: str
) -> None:
    letters = (Letter(wanted), Letter(wanted, "North", "https://x.example/2026-W46"))
    of_all, of_team = mails("sample", *letters, made=made, text='[reporting]\nlanguages = ["en", "ms"]\n')
    assert of_all
    assert of_team
    assert [each.html.count(f'<html lang="{language}"') for each in (of_all, of_team)] == [1, 1]
    assert of_all.pages == tuple(
        folder + page for page in ("index.html", "declined.html", "conduct.html", "method.html")
    )
    assert of_team.pages == (folder + "teams/north-43f853bb.html",)
    assert f"https://x.example/2026-W46/{folder}teams/north-43f853bb.html" in plain_text(of_team.html)


def test_a_mail_is_in_the_words_of_its_language() -> None:
    found = mail("sample", Letter("ms", is_attached=True), made=("en", "ms"))
    assert title(found.html) == "Mingguan Garis Undur · Acme & Sons · Minggu 46"
    lines = plain_text(found.html).splitlines()
    assert "Kita menolak 2 urus niaga bernilai USD184K suku tahun ini; 1 kembali." in lines
    assert "Urus niaga | Pemilik | Dipertaruhkan | Sebelum" in lines


def test_a_week_whose_pages_do_not_say_their_language_is_refused(tmp_path: Path) -> None:
    connection = WAREHOUSES["bare"]().connection
    for source in (None, "<!doctype html>\n<html>\n"):
        if source:
            (tmp_path / "index.html").write_text(source)
        assert made_languages(tmp_path) == ()
        with pytest.raises(DataRefused, match="does not say in which language it is"):
            render_mails(connection, settings(), AS_OF, [Letter("en")], tmp_path)


def test_the_languages_of_a_week_are_those_of_its_pages(tmp_path: Path) -> None:
    render(
        WAREHOUSES["bare"](),
        tmp_path,
        '[reporting]\nlanguages = ["zh_Hans", "ru", "ms"]\neditions = ["leader", "rep"]\n',
    )
    assert made_languages(tmp_path) == ("zh_Hans", "ms", "ru")


def test_at_the_level_of_teams_nobody_is_named() -> None:
    text = plain_text(mail("sample", Letter("en"), text='[people]\nlevel = "team"\n').html)
    assert not re.search("Jonas|Priya|Weber|Nair", text)
    assert re.search("Jonas|Priya", plain_text(mail("sample", Letter("en")).html)), "at the level of names they are"


ALL = '[reporting]\neditions = ["leader", "rep", "team"]\n'


class TestReaders:
    """Summaries for reps, and for the people of a team."""

    def test_a_rep_gets_the_own_quarter_without_floors(self) -> None:
        found = mail("sample", Letter("en", edition="rep", rep="R1", is_attached=True), text=ALL)
        assert found.pages == ("en/rep/reps/jonas-weber-a791366f.html",)
        assert title(found.html) == "Walk-Away Weekly · Jonas Weber · Week 46"
        text = plain_text(found.html)
        assert "the chance that Jonas Weber makes the quarter is 3 in 10" in text
        assert "Deal | At stake | By" in text.splitlines()
        assert "$66,500 is under the floor, and no approval cures that. The line is $80,000." in text
        assert "The page is attached: open it in a browser." in text
        assert "$70,000" not in text
        assert not re.search("Priya|Mariya|Chen", text)

    def test_the_week_is_made_fit_for_reps_once_however_many_there_are(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = list[bool]()

        def counted(week: WeekRows, *, has_floor: bool) -> WeekRows:
            made.append(has_floor)
            return for_rep(week, has_floor=has_floor)

        monkeypatch.setattr("jobs.render.mail.for_rep", counted)
        letters = [Letter("en", edition="rep", rep=rep) for rep in ("R1", "R2", "R3")]
        assert all(isinstance(each, Summary) for each in mails("sample", *letters))
        assert made == [False]

    def test_floors_stand_in_it_where_the_setting_shows_them(self) -> None:
        found = mail("sample", Letter("en", edition="rep", rep="R1"), text=ALL + "rep_floor = true\n")
        assert "$66,500 is under the floor of $70,000" in plain_text(found.html)

    def test_the_people_of_a_team_get_no_money_of_a_deal(self) -> None:
        found = mail(
            "sample", Letter("en", "North", "https://x.example/W", edition="team"), text=ALL, made=("en", "ms")
        )
        assert found.pages == ("en/team/teams/north-43f853bb.html",)
        text = plain_text(found.html)
        assert "Team North has 5 qualified deals open." in text
        assert "2 of 4 open deals have slipped under the price where we said we would walk" in text
        assert "Read the report: https://x.example/W/en/team/teams/north-43f853bb.html" in text
        assert not re.search(r"\$\d|Jonas|Harbour", text)

    def test_it_is_in_the_language_of_its_reader(self) -> None:
        letters = (Letter("ms", edition="rep", rep="R1"), Letter("ms", "North", edition="team"))
        found = mails("sample", *letters, text=ALL, made=("en", "ms"))
        pages = [summary.pages for summary in found if isinstance(summary, Summary)]
        assert pages == [("ms/rep/reps/jonas-weber-a791366f.html",), ("ms/team/teams/north-43f853bb.html",)]

    @pytest.mark.parametrize(
        ("letter", "level", "why"),
        [
            (Letter("en", edition="rep", rep="R9"), "named", "the week has no rep with this id"),
            (Letter("en", edition="rep", rep="R1"), "team", "people are shown as teams (people.level), so no rep has a page"),
            (Letter("en", "South", edition="team"), "team", "the week has no such team"),
        ],
        ids=["nobody", "people as teams", "a team that may not be shown"],
    )  # fmt: skip
    def test_why_there_is_none(self, letter: Letter, level: str, why: str) -> None:
        assert mails("sample", letter, text=f'{ALL}[people]\nlevel = "{level}"\n') == [NoPage(why)]

    def test_under_pseudonyms_it_is_found_by_the_id(self) -> None:
        found = mail("sample", Letter("en", edition="rep", rep="R1"), text=ALL + '[people]\nlevel = "pseudonym"\n')
        assert found.pages == ("en/rep/reps/r-a791366f-a791366f.html",)
        assert "Jonas" not in found.html
