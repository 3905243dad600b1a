"""The URLs: the route table and nothing beside it."""

from cleanclaim.web import errors
from cleanclaim.web.pages import (  # noqa: F401 - importing a page declares its routes
    appeals,
    audit,
    bank,
    claims,
    closings,
    codes,
    coding,
    coding_audits,
    coding_queries,
    committee,
    denial_work,
    denials,
    enrollments,
    followup,
    front,
    held,
    ledger,
    messages,
    money_policy,
    numbers,
    own_file,
    patient_policy,
    patients,
    portal,
    providers,
    reference,
    remit_desk,
    remits,
    reports,
    rules,
    searching,
    statements,
    today,
    tokens,
    underpayments,
)
from cleanclaim.web.routes import refuse_undeclared, url_patterns

urlpatterns = url_patterns()
refuse_undeclared(urlpatterns)

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
