"""SQL that casts the texts of one file and names what cannot be cast. Called by stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jobs.load.cast import folded, prepared, value
from jobs.load.cells import Cell, cells_of
from jobs.load.currency_signs import contradicts, told
from jobs.load.entities import Column, Entity
from jobs.load.numbers import currencies_of, is_no_group, may_be_grouped
from jobs.load.sql import any_of, literal, name
from jobs.load.written import DAYS, NUMBERS, Format, Zones

_NO = {
    "date": "is no date",
    "time": "is no time",
    "boolean": "is not true or false",
    "share": "is no share between 0 and 1 (percent = true in the formats of a profile reads hundredths)",
    "integer": "is no whole number",
}


_COUNTS = (
    (r"\d{5}(\.\d+)?", 'date_order = "excel" in the formats of a profile reads days as Excel counts them'),
    (r"\d{10}(\d{3})?", 'date_order = "epoch" in the formats of a profile reads seconds or milliseconds since 1970'),
)
_NO_HUNDREDTHS = (
    "is no share of 1 to 100 hundredths, or 0 (percent = false in the formats of a profile reads shares from 0 to 1)"
)
_OTHER_CURRENCY = "is in another currency than the row says"
_CUT = "is a number that was cut short by a spreadsheet: export it again, with the column as text"


class Checked:
    """Writes the queries over the canonical texts of one file (text_query), each cell in its format."""

    def __init__(
        self, entity: Entity, formats: Mapping[str, Format], zones: Zones, texts: str, carried: str = "record_number"
    ) -> None:
        self._carried = carried  # columns of the texts that go along
        self._entity = entity
        self._formats = formats
        self._zones = zones
        self._texts = texts
        self._cells = cells_of(entity)
        has_currency = "currency" in entity.names
        self._signed = [c for c in self._cells if has_currency and c.kind == "money" and self._format(c).decimal]

    def typed(self) -> str:
        """record_number, values, is_bad, in the order of the file."""
        return f"select {self._carried}, {self._finals()}, {self._bad()} as is_bad from ({self._values()})"

    def at_once(self, blank: int, out: int, odd: int, points: Mapping[str, tuple[int, int]]) -> str:
        """Values and marks (at_once), each mark the bit that is given for it; of points by alias of the cell."""
        numbers = [cell for cell in self._cells if cell.kind in NUMBERS]
        is_odd = any_of([self._bad(), *(f"contains({_text(cell)}, '_')" for cell in numbers)])
        bits = {blank: "is_blank", out: "is_blank or is_skipped", odd: is_odd}
        for cell in numbers:
            if cell.alias in points:
                unclear, clear = points[cell.alias]
                bits |= {unclear: f"{may_be_grouped(_text(cell))}", clear: f"{is_no_group(_text(cell))}"}
        marks = " + ".join(f"case when {condition} then {bit}::ubigint else 0 end" for bit, condition in bits.items())
        return f"select {self._finals()}, {marks} as marks from ({self._values()})"

    def _finals(self) -> str:
        return ", ".join(f"{self._final(column)} as {name(column.name)}" for column in self._entity.columns)

    def _bad(self) -> str:
        return any_of([condition for _, condition, _ in self._checks()])

    def faults(self, typed: str) -> str:
        """One row per fault of the bad records of the typed table."""
        bad = f"(select record_number from {typed} where is_bad)"
        selects = [
            f"select record_number, {literal(cell.column.name)} as column_name, {_text(cell)} as value, "
            f"{reason} as reason from checked where {condition}"
            for cell, condition, reason in self._checks()
        ]
        checked = f"select * from ({self._values()}) where record_number in {bad}"
        return f"with checked as materialized ({checked}) " + " union all ".join(selects)

    def unsaid(self) -> str | None:
        """Counts records whose money has a sign of several currencies and that name none; None where none can be."""
        if not self._signed:
            return None
        signs = any_of([f"length({_sign(cell)}) > 3" for cell in self._signed])
        return f"select count(*) from ({self._values()}) where {signs} and {self._currency()} is null"

    def _values(self) -> str:
        """Texts t.<alias> and values v.<alias> of every cell."""
        texts = ", ".join(f"{name(cell.alias)} as {_text(cell)}" for cell in self._cells)
        ready = ", ".join(f"{self._prepared(cell)} as {_ready(cell)}" for cell in self._cells)
        signs = "".join(f", {currencies_of(name(cell.alias))} as {_sign(cell)}" for cell in self._signed)
        steps = f"select {self._carried}, {texts}, {ready}{signs} from ({self._texts})"
        kept = ", ".join([_text(cell) for cell in self._cells] + [_sign(cell) for cell in self._signed])
        values = ", ".join(f"{self._value(cell)} as {_value(cell)}" for cell in self._cells)
        query = f"select {self._carried}, {kept}, {values} from ({steps})"
        if not self._signed:
            return query
        signs = ", ".join(told(_sign(cell)) for cell in self._signed)
        return f"select *, coalesce({name('v.currency')}, {signs}) as {name('c.currency')} from ({query})"

    def _prepared(self, cell: Cell) -> str:
        return prepared(cell, self._format(cell), name(cell.alias))

    def _value(self, cell: Cell) -> str:
        return value(cell, self._format(cell), _ready(cell), self._zones)

    def _format(self, cell: Cell) -> Format:
        return self._formats.get(cell.alias, Format())

    def _final(self, column: Column) -> str:
        """The value of a column; one `by_field` is put together from its parts, as text again."""
        parts = [cell for cell in self._cells if cell.column == column and cell.code]
        plain = self._currency() if column.name == "currency" else name(f"v.{column.name}")
        lines = " ".join(f"when {literal(str(part.code))} then {_value(part)}::varchar" for part in parts)
        if parts:
            return f"case {name('v.field')} {lines} else {plain} end"
        nulls = self._formats.get(column.name, Format()).nulls if column.kind in NUMBERS else ()
        return f"case when {plain} not in ({', '.join(nulls)}) then {plain} end" if nulls else plain

    def _currency(self) -> str:
        """The currency that the row says, else the one that a sign beside its money tells."""
        return name("c.currency") if self._signed else name("v.currency")

    def _checks(self) -> Iterator[tuple[Cell, str, str]]:
        """Cell, condition under which it is at fault, and SQL of the reason."""
        for cell in self._cells:
            is_listed = bool(cell.column.codes) and not cell.code
            if is_listed or cell.kind not in ("text", "code"):
                yield cell, f"({_value(cell)} is null and {_text(cell)} is not null)", _reason(cell, self._format(cell))
            if cell.column.is_id:
                yield cell, f"coalesce({_is_cut(_text(cell))}, false)", literal(_CUT)
            if cell.column.is_filled and not cell.code:
                yield cell, f"({_text(cell)} is null)", literal("is empty")
        for cell in self._signed:
            yield cell, contradicts(_sign(cell), self._currency()), literal(_OTHER_CURRENCY)


def _is_cut(text: str) -> str:
    """Whether it is how a spreadsheet writes a number that it could not show whole: 4.87688E+18."""
    return f"(contains({text}, '+') and regexp_full_match({text}, '\\d(\\.\\d+)?[eE]\\+\\d{{2,3}}'))"


def with_parts(entity: Entity, texts: str) -> str:
    """The canonical texts, with one more column for each part of a column `by_field`."""
    field = folded(name("field"))
    columns = [
        f"case when {field} = {literal(cell.code)} then {name(cell.column.name)} end as {name(cell.alias)}"
        for cell in cells_of(entity)
        if cell.code
    ]
    return f"select *, {', '.join(columns)} from ({texts})" if columns else texts


def _text(cell: Cell) -> str:
    return name(f"t.{cell.alias}")


def _ready(cell: Cell) -> str:
    return name(f"p.{cell.alias}")


def _sign(cell: Cell) -> str:
    return name(f"s.{cell.alias}")


def _value(cell: Cell) -> str:
    return name(f"v.{cell.alias}")


def _reason(cell: Cell, form: Format) -> str:
    if cell.kind == "code":
        return literal(f"is not one of {', '.join(cell.column.codes)}")
    reason = _NO.get(cell.kind, "is no number that fits")
    if cell.kind == "share" and form.percent:
        reason = _NO_HUNDREDTHS
    if cell.kind not in DAYS:
        return literal(reason)
    lines = " ".join(
        f"when regexp_full_match({_text(cell)}, {literal(pattern)}) then {literal(f'{reason}; {hint}')}"
        for pattern, hint in _COUNTS
    )
    return f"case {lines} else {literal(reason)} end"
