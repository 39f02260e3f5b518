-- How a deal stood from one piece of evidence to the next, and how it stood before.
-- One row per last_file_number, opportunity and piece of evidence. history_stage_at: when snapshots or changes last told of a stage; is_told: anything
-- told of its stage, amount or close date by then.
with filled as (
    select
        evidence.last_file_number,
        evidence.opportunity_id,
        evidence.changed_at,
        evidence.is_first_version,
        row_number() over evidence_so_far as state_number,
        lead(evidence.changed_at) over evidence_so_far as next_changed_at,
        count(case when evidence.stage is not null or evidence.amount is not null or evidence.close_on is not null then 1 end)
            over evidence_so_far > 0 as is_told,
        max(case when evidence.is_history and evidence.stage is not null then evidence.changed_at end)
            over evidence_so_far as history_stage_at,
        nullif(last_value(evidence.stage ignore nulls) over evidence_so_far, '') as stage,
        nullif(last_value(evidence.amount ignore nulls) over evidence_so_far, -99999999999) as amount,
        nullif(last_value(evidence.close_on ignore nulls) over evidence_so_far, date '0001-01-01') as close_on,
        nullif(last_value(evidence.probability ignore nulls) over evidence_so_far, -1) as probability,
        nullif(last_value(evidence.rep_id ignore nulls) over evidence_so_far, '') as rep_id,
        nullif(last_value(evidence.stage ignore nulls) over evidence_before, '') as previous_stage,
        nullif(last_value(evidence.amount ignore nulls) over evidence_before, -99999999999) as previous_amount,
        nullif(last_value(evidence.close_on ignore nulls) over evidence_before, date '0001-01-01') as previous_close_on,
    from working.deal_evidence as evidence
    window
        evidence_so_far as (
            partition by evidence.last_file_number, evidence.opportunity_id
            order by evidence.changed_at, evidence.sequence_number
        ),
        evidence_before as (
            partition by evidence.last_file_number, evidence.opportunity_id
            order by evidence.changed_at, evidence.sequence_number
            rows between unbounded preceding and 1 preceding
        )
)

select
    filled.last_file_number,
    filled.opportunity_id,
    filled.state_number,
    filled.changed_at,
    filled.next_changed_at,
    filled.is_first_version,
    filled.is_told,
    filled.history_stage_at,
    filled.stage,
    stages.phase_order,
    filled.amount,
    filled.close_on,
    filled.probability,
    filled.rep_id,
    previous_stages.phase_order as previous_phase_order,
    filled.stage is distinct from filled.previous_stage as is_stage_change,
    nullif(filled.amount - filled.previous_amount, 0) as amount_change,
    nullif(date_diff('day', filled.previous_close_on, filled.close_on), 0) as close_on_change_days,
from filled
left join staging.stages as stages
    on filled.stage = stages.stage
left join staging.stages as previous_stages
    on filled.previous_stage = previous_stages.stage
