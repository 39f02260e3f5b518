"""Hostile queries that are told no, by the engine or before it.

{place} is a path inside the workspace, {other} one beside it, {db} another database.
"""

from __future__ import annotations

WRITES = """
insert into raw.opportunities values ('x', 1)
insert into raw.opportunities select * from raw.opportunities
insert into raw.opportunities by name select 'x' as opportunity_id
insert or replace into raw.opportunities values ('x', 1)
insert into marts.rep_scorecard values ('x')
update raw.opportunities set amount = 0
update scores.rep_scorecard set batna_strength = 100 where rep_id = 'ada'
delete from raw.opportunities
delete from raw.opportunities using scores.rep_scorecard where true
truncate raw.opportunities
merge into raw.opportunities using (select 'a' as opportunity_id) as t using (opportunity_id) when matched then delete
with gone as (delete from raw.opportunities returning *) select * from gone
with new as (insert into raw.opportunities values ('x', 1) returning *) select * from new
with new as (update raw.opportunities set amount = 1 returning *) select * from new
explain analyze delete from raw.opportunities
explain analyze insert into raw.opportunities values ('x', 1)
explain analyze create table raw.x as select 1
create table stolen as select 1
create or replace table raw.opportunities as select 1
create table if not exists raw.stolen (a integer)
create temp table stolen as select * from raw.opportunities
create view marts.stolen as select 1
create or replace view marts.rep_scorecard as select 'eve' as rep_id
create temp view stolen as select 1
create schema stolen
create sequence stolen
create type stolen as enum ('a')
create macro stolen() as 1
create or replace macro sum(a) as 0
create macro stolen() as table select 1
create temp macro stolen() as 1
create index stolen on raw.opportunities (opportunity_id)
create secret stolen (type s3, key_id 'a', secret 'b')
create persistent secret stolen (type http, bearer_token 'b')
alter table raw.opportunities add column stolen integer
alter table raw.opportunities drop column amount
alter table raw.opportunities rename to stolen
alter table raw.opportunities alter amount type varchar
alter table raw.opportunities rename amount to price
alter view marts.rep_scorecard rename to stolen
comment on table raw.opportunities is 'stolen'
comment on column raw.opportunities.amount is 'stolen'
drop table raw.opportunities
drop view marts.rep_scorecard
drop schema raw cascade
drop schema if exists marts cascade
drop table if exists raw.nothing
drop secret if exists stolen
vacuum
vacuum analyze raw.opportunities
analyze
checkpoint
force checkpoint
pragma force_checkpoint
begin transaction
commit
rollback
"""

FILES = """
copy (select 1) to '{place}/stolen.csv'
copy (select 1) to '{other}/stolen.parquet' (format parquet)
copy raw.opportunities to '{other}/stolen.json'
copy raw.opportunities from '{place}/batna.toml'
copy (select * from raw.opportunities) to '{place}/warehouse.duckdb' (format csv)
copy (select 1) to '/dev/stdout'
copy (select 1) to '/dev/stderr' (format csv)
copy (select 1 as a) to '{other}/stolen' (format csv, partition_by (a), overwrite)
copy from database warehouse to warehouse
export database '{other}/stolen'
export database '{place}' (format parquet)
import database '{other}'
select * from read_csv('{place}/batna.toml')
select * from read_csv_auto('{place}/batna.toml')
select * from read_csv('{place}/batna.toml', store_rejects = true)
select * from read_text('{place}/batna.toml')
select * from read_blob('{place}/batna.toml')
select * from read_json('{place}/archive/manifest.jsonl')
select * from read_json_auto('{place}/archive/manifest.jsonl')
select * from read_ndjson('{place}/archive/manifest.jsonl')
select * from read_ndjson_objects('{place}/archive/manifest.jsonl')
select * from read_json_objects('{place}/archive/manifest.jsonl')
select * from read_parquet('{other}/a.parquet')
select * from parquet_scan('{other}/a.parquet')
select * from parquet_metadata('{other}/a.parquet')
select * from parquet_schema('{other}/a.parquet')
select * from parquet_file_metadata('{other}/a.parquet')
select * from parquet_kv_metadata('{other}/a.parquet')
select * from parquet_bloom_probe('{other}/a.parquet', 'a', 1)
select * from sniff_csv('{place}/batna.toml')
select * from glob('{place}/*')
select * from glob('/etc/**')
select * from read_duckdb('{db}', table_name = 'secret')
select * from '{place}/batna.toml'
select * from '/etc/passwd'
select * from '{other}/a.csv'
select * from '{other}/a.parquet'
from '/proc/self/environ'
select * from read_text('/proc/self/environ')
select * from read_text('/proc/self/fd/0')
select * from read_text(['{place}/batna.toml', '/etc/hostname'])
select * from read_csv('/etc/passwd', delim = ':', header = false)
select * from read_csv('https://example.com/a.csv')
select * from read_parquet('s3://bucket/a.parquet')
select * from read_text('file://{place}/batna.toml')
select * from read_text('~/.ssh/id_rsa')
with a as (select * from read_text('{place}/batna.toml')) select count(*) from a
select (select content from read_text('{place}/batna.toml'))
select * from raw.opportunities where exists (from read_text('{place}/batna.toml'))
describe select * from read_csv('{place}/batna.toml')
summarize '{place}/batna.toml'
explain select * from read_text('{place}/batna.toml')
explain analyze copy (select 1) to '{other}/stolen.csv'
pivot '{place}/batna.toml' on a using count(*)
select * from query('select * from read_text(''{place}/batna.toml'')')
select * from query('copy (select 1) to ''{other}/stolen.csv''')
select * from query_table('{place}/batna.toml')
select * from json_execute_serialized_sql(json_serialize_sql('from read_text(''{place}/batna.toml'')'))
"""

OTHERS = """
attach '{db}' as other
attach '{db}' as other (read_only)
attach if not exists ':memory:' as other
attach 'https://example.com/a.duckdb' as other
attach 'sqlite:{place}/runs.sqlite' as ledger (type sqlite)
attach '{place}/runs.sqlite' as ledger
detach warehouse
detach database if exists system
use memory
use warehouse.raw
install httpfs
install httpfs from community
force install json
install '{other}/evil.duckdb_extension'
load httpfs
load '{other}/evil.duckdb_extension'
load 'json'
update extensions
"""

SETTINGS = """
set enable_external_access = true
set global enable_external_access = true
set session enable_external_access = true
set lock_configuration = false
set memory_limit = '1TB'
set max_memory = '1TB'
set threads = 1000
set temp_directory = '{other}/stolen'
set max_temp_directory_size = '1TB'
set allowed_directories = ['/']
set allowed_paths = ['{place}/batna.toml']
set allow_unsigned_extensions = true
set allow_community_extensions = true
set autoinstall_known_extensions = true
set custom_extension_repository = 'http://example.com'
set extension_directory = '{other}'
set secret_directory = '{other}'
set home_directory = '{other}'
set log_query_path = '{other}/stolen.log'
set profiling_output = '{other}/stolen.json'
set enable_profiling = 'json'
set python_enable_replacements = true
set access_mode = 'read_write'
set search_path = 'raw'
set schema = 'raw'
set TimeZone = 'Asia/Tokyo'
set variable a = 1
reset enable_external_access
reset lock_configuration
reset all
pragma enable_profiling
pragma memory_limit = '1TB'
pragma database_list
pragma table_info('raw.opportunities')
pragma disable_verification
call enable_logging()
call enable_logging('QueryLog', storage = 'file', storage_path = '{other}/stolen')
call force_checkpoint()
call pragma_version()
select * from enable_logging('QueryLog', storage = 'file', storage_path = '{other}/stolen')
select * from enable_profiling()
select * from disable_logging()
select set_config('enable_external_access', 'true')
"""

TRICKS = """
select 1; drop table raw.opportunities
select 1; select 2
; ; drop table raw.opportunities
select 1 /* ; */ ; copy (select 1) to '{other}/stolen.csv'
prepare stolen as delete from raw.opportunities
execute stolen
deallocate stolen
call duckdb_tables()
select getenv('HOME')
select getvariable('a') from read_text('{place}/batna.toml')
select * from connection
select * from question
select * from os
select * from python_map_function()
select * from pandas_scan(140000000000000)
select * from arrow_scan(140000000000000, 140000000000000, 140000000000000)
select * from duckdb_extensions()
select system('touch {other}/stolen')
select shell('touch {other}/stolen')
select load_extension('{other}/evil.so')
select * from sqlite_scan('{place}/runs.sqlite', 'runs')
select * from postgres_scan('host=localhost', 'public', 'a')
select * from from_substrait('a')
select * from load_aws_credentials()
select * from query('select 1; drop table raw.opportunities')
select * from duckdb_secrets()
select * from which_secret('s3://bucket/a', 's3')
copy from database warehouse to system (schema)
checkpoint warehouse
set http_proxy = 'localhost:1'
set allowed_configs = 'memory_limit'
use system
attach 'ducklake:{other}/stolen' as lake
update extensions (httpfs)
merge into raw.opportunities using (values (1)) as t (x) on true when not matched then do nothing
create or replace temp macro stolen() as table from read_text('{place}/batna.toml')
summarize select * from read_text('{place}/batna.toml')
select * from read_blob(chr(47) || 'etc/passwd')
select * from glob(chr(47) || '*')
select * from read_avro('{place}/batna.toml')
select * from read_xlsx('{place}/batna.toml')
select * from st_read('{place}/batna.toml')
select * from iceberg_scan('{place}')
select * from delta_scan('{place}')
select * from postgres_query('a', 'b')
select * from mysql_query('a', 'b')
select * from parquet_full_metadata('{other}/a.parquet')
select file_exists('/etc/passwd')
select * from write_blob('{other}/stolen', 'a')
select add_parquet_key('a', '0123456789112345')
pragma add_parquet_key('a', '0123456789112345')
execute immediate 'drop table raw.opportunities'
select 1；drop table raw.opportunities
select * from raw.opportunities at (version => 1)
.shell touch {other}/stolen
\\! touch {other}/stolen
!touch {other}/stolen
"""

REFUSED = tuple(line for text in (WRITES, FILES, OTHERS, SETTINGS, TRICKS) for line in text.strip().splitlines())
