-- Whose deals are pooled where: a rep alone, a team, the company.
-- One row per as-of date, group and rep.
select as_of_on, 'rep' as group_kind, rep_id as group_id, rep_id, quota_amount from staging.sellers
union all
select as_of_on, 'team', team, rep_id, quota_amount from staging.sellers
union all
select as_of_on, 'company', 'company', rep_id, quota_amount from staging.sellers
