-- Accounts that were merged into others, and the account that is left at the end of the chain, which is followed over four merges.
-- One row per last_file_number and merged account.
with watermarks as (
    select distinct weeks.last_file_number
    from staging.weeks as weeks
),

ranked as (
    select
        watermarks.last_file_number,
        accounts.account_id,
        accounts.merged_into_id,
        row_number() over (
            partition by watermarks.last_file_number, accounts.account_id
            order by accounts.file_number desc, accounts.record_number desc
        ) as recency,
    from watermarks
    inner join raw.accounts as accounts
        on accounts.file_number <= watermarks.last_file_number
),

merges as (
    select last_file_number, account_id, merged_into_id
    from ranked
    where recency = 1 and merged_into_id <> account_id
)

select
    first_merges.last_file_number,
    first_merges.account_id,
    coalesce(
        fourth_merges.merged_into_id, third_merges.merged_into_id, second_merges.merged_into_id, first_merges.merged_into_id
    ) as master_account_id,
from merges as first_merges
left join merges as second_merges
    on first_merges.last_file_number = second_merges.last_file_number
    and first_merges.merged_into_id = second_merges.account_id
left join merges as third_merges
    on second_merges.last_file_number = third_merges.last_file_number
    and second_merges.merged_into_id = third_merges.account_id
left join merges as fourth_merges
    on third_merges.last_file_number = fourth_merges.last_file_number
    and third_merges.merged_into_id = fourth_merges.account_id
