"""What is packed: archives, their limits and their damage."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import ClassVar

import pytest

from jobs.load.unpack import Limits
from tests.load.loading import Loader, deals, many
from tests.load.made_files import archive, parquet


class TestArchives:
    DEALS, REPS = deals(*many(3)), "rep_id,rep_name\nr1,Ann\n"

    def test_every_member_that_a_profile_reads_is_loaded_and_the_others_are_named(self, loader: Loader) -> None:
        members = {"Data/Deals.csv": self.DEALS, "Reps.csv.gz": gzip.compress(self.REPS.encode()), "Case.csv": "a,b\n1,2\n", "contract.pdf": "%PDF", "__MACOSX/._Reps.csv": b"\0", "dir/": ""}  # fmt: skip
        results = loader.load({"WE_2026-11-15.zip": archive(members)})
        assert [(r.file_name, r.entity, r.rows_loaded) for r in results] == [
            ("WE_2026-11-15.zip/Data/Deals.csv", "opportunities", 3),
            ("WE_2026-11-15.zip/Reps.csv.gz", "reps", 1),
        ]
        assert results[0].notes == ("left as they are, since no profile reads them: Case.csv, contract.pdf",)

    def test_a_refused_member_leaves_the_others_and_has_refused_rows_of_its_own(self, loader: Loader) -> None:
        bad = deals(*many(5), "X,r1,,1,2026-01-01,")
        results = loader.load({"e.zip": archive({"a.csv": bad, "b.csv": self.REPS, "c.csv": b"", "d.csv": bad.replace("O", "P").replace("X", "Y")})})  # fmt: skip
        told = [(r.file_name, r.status, r.rejects_path.name if r.rejects_path else None) for r in results]
        assert told == [
            ("e.zip/c.csv", "refused", None),
            ("e.zip/a.csv", "loaded", "e.zip-a.csv"),
            ("e.zip/d.csv", "loaded", "e.zip-d.csv"),
            ("e.zip/b.csv", "loaded", None),
        ]

    def test_members_of_one_name_are_told_apart(self, loader: Loader) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr("d.csv", self.DEALS)
            with pytest.warns(UserWarning, match="Duplicate name"):
                packed.writestr("d.csv", deals(*many(2, start=50)))
        names = [r.file_name for r in loader.load({"e.zip": stream.getvalue()})]
        assert names == ["e.zip/d.csv", "e.zip/d.csv (2)"]

    @pytest.mark.parametrize(
        ("name", "fault"),
        [
            ("../Deals.csv", "a path that leaves its folder (../Deals.csv)"),
            ("a/../../Deals.csv", "a path that leaves its folder"),
            ("/etc/Deals.csv", "a path that leaves its folder"),
            ("C:\\Deals.csv", "a path that leaves its folder"),
            ("..\\Deals.csv", "a path that leaves its folder"),
        ],
    )
    def test_paths_that_leave_the_folder(self, name: str, fault: str, loader: Loader) -> None:
        problem = loader.one(archive({name: self.DEALS}), "e.zip").problem
        assert problem is not None
        assert fault in problem

    def test_links_are_refused(self, loader: Loader) -> None:
        info = zipfile.ZipInfo("Deals.csv")
        info.external_attr = 0o120777 << 16
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as packed:
            packed.writestr(info, "/etc/passwd")
        problem = loader.one(stream.getvalue(), "e.zip").problem
        assert problem is not None
        assert "it holds a link (Deals.csv)" in problem

    def test_names_are_shown_whatever_their_writing(self, loader: Loader) -> None:
        raw = archive({"dir\\D\N{LATIN SMALL LETTER E WITH ACUTE}als.csv": self.DEALS})
        unmarked = raw.replace((0x800).to_bytes(2, "little"), b"\0\0")
        assert [r.file_name for r in loader.load({"e.zip": unmarked})] == ["e.zip/dir/D\N{LATIN SMALL LETTER E WITH ACUTE}als.csv"]  # fmt: skip

    BROKEN: ClassVar[list[tuple[str, Callable[[bytes], bytes], str]]] = [
        ("cut off", lambda raw: raw[:-30], "truncated or damaged archive"),
        ("a byte changed", lambda raw: raw.replace(b"Proposal", b"Proposed", 1), "truncated"),
        ("locked", lambda raw: b"PK\x03\x04\x14\0\x01" + raw[7:].replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01"), "locked with a password"),
    ]  # fmt: skip

    @pytest.mark.parametrize(("broken", "fault"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
    def test_an_archive_that_cannot_be_unpacked(
        self, broken: Callable[[bytes], bytes], fault: str, loader: Loader
    ) -> None:
        whole = archive({"Deals.csv": self.DEALS}, zipfile.ZIP_STORED)
        problem = loader.one(broken(whole), "e.zip").problem
        assert problem is not None
        assert problem.startswith("e.zip: ")
        assert fault in problem

    def test_an_archive_in_an_archive(self, loader: Loader) -> None:
        inner = archive({"Deals.csv": self.DEALS})
        results = loader.load({"e.zip": archive({"in.zip": inner, "Deals.csv": self.DEALS})})
        assert [(r.file_name, r.status) for r in results] == [("e.zip/in.zip", "refused"), ("e.zip/Deals.csv", "loaded")]  # fmt: skip
        assert "an archive inside an archive" in str(results[0].problem)

    @pytest.mark.parametrize(
        ("name", "pack"),
        [
            ("e.zip", lambda text: archive({"Deals.csv": text})),
            ("e.csv.gz", lambda text: gzip.compress(text.encode())),
            ("e.parquet.gz", lambda text: gzip.compress(parquet() + bytes(len(text)))),
        ],
    )
    @pytest.mark.parametrize(
        ("limits", "setting"),
        [(Limits(max_bytes=1_000_000), "load.max_unpacked_bytes"), (Limits(max_ratio=20), "load.max_unpacked_ratio")],
    )
    def test_bombs_are_refused_with_the_setting(
        self, name: str, pack: Callable[[str], bytes], limits: Limits, setting: str, loader: Loader, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # fmt: skip
        monkeypatch.setattr("jobs.load.unpack._FREE_BYTES", 100_000)
        problem = loader.one(pack(deals() + "a" * 3_000_000), name, limits=limits).problem
        assert problem is not None
        assert setting in problem

    def test_what_an_archive_holds_must_be_records(self, loader: Loader) -> None:
        problem = loader.one(archive({"a.pdf": "x", "b.png": "y"}), "e.zip").problem
        assert problem is not None
        assert "it holds no file of records (a.pdf, b.png)" in problem
