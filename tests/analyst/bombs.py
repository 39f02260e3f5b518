"""Queries that would take memory or time without end, and are stopped."""

from __future__ import annotations

# Those that the engine gives up by itself: they want more memory than there is.
LARGE = (
    "with recursive t(n) as (select 1 union all select n + 1 from t, range(10)) select count(*) from t",
    "with recursive t(n, s) as (select 1, repeat('x', 1000) union all select n + 1, s || s from t where n < 60) select max(length(s)) from t",
    "select length(repeat(opportunity_id, 4000000000)) from raw.opportunities",
    "select sum(length(repeat('x', 100000000 + range::integer))) from range(1000)",
    "select len(list(range)) from range(10000000000)",
    "select length(string_agg(range::varchar, ',')) from range(10000000000)",
    "select len(range(10000000000))",
    "select len(list_resize([1], 10000000000))",
    "select len(list_concat(range(500000000), range(500000000)))",
    "select list_sum(list_transform(range(300000000), lambda x: x * 2))",
    "select length(printf('%2000000000d', 1))",
    "select length(format('{:2000000000}', 1))",
    "select * from range(2000000000) order by hash(range) limit 10 offset 1000000000",
    "select count(distinct hash(range)) from range(3000000000)",
    "select json_array_length(json_group_array(range)) from range(3000000000)",
    "select max(s) from (select sum(range) over (order by range rows between unbounded preceding and current row) as s from range(3000000000))",
    "pivot (select range % 200000 as c from range(1000000)) on c using count(*)",
    "select " + "(" * 20_000 + "1" + ")" * 20_000,
    "select histogram(range) from range(3000000000)",
    "select list_sort(range(900000000))",
    "select {'a': range(1000000000)}",
    "select array_to_string(range(2000000000), 'x')",
    "select json('[' || repeat('[', 5000000) || repeat(']', 5000000) || ']')",
    "with recursive t(a) as (select [1] union all select list_concat(a, a) from t) select max(len(a)) from t",
    "select map_from_entries(list((range, range))) from range(3000000000)",
    "select a.range from range(100000000) as a join range(100000000) as b on hash(a.range) = hash(b.range)",
)  # fmt: skip

# Those that would go on for ever: their process is ended.
ENDLESS = (
    "select sum(range) from range(100000000000000)",
    "select count(*) from range(1000000) as a, range(1000000) as b where a.range + b.range = -1",
    "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
    "select length(lpad(opportunity_id, 2000000000, 'b')) from raw.opportunities",
    "select levenshtein(repeat(opportunity_id, 200000), repeat('b', 200000)) from raw.opportunities",
    "select count(*) from (select unnest(range(1000000)) from range(1000000))",
    "select count(*) from generate_series(timestamp '1000-01-01', timestamp '9000-01-01', interval 1 microsecond)",
    "select length((repeat('9', 400000)::bignum * repeat('9', 400000)::bignum)::varchar)",
    "select sum(md5_number_lower(repeat('x', 50000 + range::integer))) from range(100000000)",
    " union all ".join(["select 1"] * 20_000),
    "select * from range(100000000000000)",
    "select sleep_ms(600000)",
    "select pg_sleep(600)",
    "with recursive t(n) using key (n) as (select 1 union select n + 1 from t) select count(*) from t",
    "select * from repeat_row(1, num_rows = 10000000000)",
)
