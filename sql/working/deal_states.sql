-- How a deal stood from one piece of evidence to the next, and how it stood before.
-- One row per last_file_number, opportunity and piece of evidence.
with filled as (
    select
        evidence.last_file_number,
        evidence.opportunity_id,
        evidence.changed_at,
        evidence.source_rank,
        evidence.file_number,
        evidence.record_number,
        evidence.is_first_version,
        nullif(last_value(evidence.stage ignore nulls) over evidence_so_far, '') as stage,
        nullif(last_value(evidence.amount ignore nulls) over evidence_so_far, -99999999999) as amount,
        nullif(last_value(evidence.close_on ignore nulls) over evidence_so_far, date '0001-01-01') as close_on,
        last_value(evidence.probability ignore nulls) over evidence_so_far as probability,
        nullif(last_value(evidence.rep_id ignore nulls) over evidence_so_far, '') as rep_id,
        row_number() over evidence_so_far as state_number,
        lead(evidence.changed_at) over evidence_so_far as next_changed_at,
    from staging.deal_evidence as evidence
    window evidence_so_far as (
        partition by evidence.last_file_number, evidence.opportunity_id
        order by evidence.changed_at, evidence.source_rank, evidence.file_number, evidence.record_number
    )
),

staged as (
    select
        filled.*,
        stages.phase,
        stages.phase_order,
    from filled
    left join staging.stages as stages
        on filled.stage = stages.stage
),

compared as (
    select
        staged.*,
        lag(staged.phase_order) over states as previous_phase_order,
        lag(staged.stage) over states as previous_stage,
        lag(staged.amount) over states as previous_amount,
        lag(staged.close_on) over states as previous_close_on,
    from staged
    window states as (
        partition by staged.last_file_number, staged.opportunity_id order by staged.state_number
    )
)

select
    last_file_number,
    opportunity_id,
    state_number,
    changed_at,
    next_changed_at,
    is_first_version,
    stage,
    phase,
    phase_order,
    amount,
    close_on,
    probability,
    rep_id,
    previous_stage,
    previous_phase_order,
    previous_amount,
    previous_close_on,
from compared
