-- What the data says that cannot be right, or that a measure could not use: counted here, never dropped or guessed.
-- One row per finding and as-of date. detail holds codes and amounts, never text of people.
select
    findings.code,
    findings.severity,
    findings.as_of_on,
    findings.opportunity_id,
    findings.rep_id,
    findings.detail,
from scores.findings as findings
