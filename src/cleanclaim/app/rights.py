"""What each role may do; routes and use cases name the permission, never the role."""

from collections.abc import Mapping
from enum import StrEnum

from cleanclaim.store.organizations.models import Role


class Permission(StrEnum):
    """A right, named by what it opens."""

    PATIENTS_READ = "patients.read"
    PATIENTS_WRITE = "patients.write"
    CLAIMS_READ = "claims.read"
    CLAIMS_WORK = "claims.work"
    CLAIMS_SUBMIT = "claims.submit"
    REMITS_READ = "remits.read"
    REMITS_POST = "remits.post"
    LEDGER_READ = "ledger.read"
    LEDGER_CLOSE = "ledger.close"
    LEDGER_REOPEN = "ledger.reopen"
    PAYMENTS_TAKE = "payments.take"
    TASKS_WORK = "tasks.work"
    CREDENTIALING_READ = "credentialing.read"
    CREDENTIALING_WRITE = "credentialing.write"
    CODES_READ = "codes.read"
    RULES_READ = "rules.read"
    RULES_WRITE = "rules.write"
    WRITE_OFFS_APPROVE = "write_offs.approve"
    AUDIT_READ = "audit.read"
    STATEMENTS_WORK = "statements.work"
    REFUNDS_DECIDE = "refunds.decide"
    TOKENS_MANAGE = "tokens.manage"
    CODING_WORK = "coding.work"
    CODING_AUDIT = "coding.audit"


_P = Permission

RIGHTS: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.BILLER: frozenset(Permission)
    - {
        _P.CREDENTIALING_WRITE,
        _P.AUDIT_READ,
        _P.WRITE_OFFS_APPROVE,
        _P.TOKENS_MANAGE,
        _P.LEDGER_REOPEN,
        _P.CODING_AUDIT,
    },
    Role.CODER: frozenset(
        {
            _P.PATIENTS_READ,
            _P.CLAIMS_READ,
            _P.CLAIMS_WORK,
            _P.TASKS_WORK,
            _P.CODES_READ,
            _P.RULES_READ,
            _P.CODING_WORK,
        }
    ),
    Role.FRONT_DESK: frozenset(
        {_P.PATIENTS_READ, _P.PATIENTS_WRITE, _P.PAYMENTS_TAKE, _P.TASKS_WORK, _P.CODES_READ}
    ),
    Role.CREDENTIALING: frozenset(
        {
            _P.CREDENTIALING_READ,
            _P.CREDENTIALING_WRITE,
            _P.CLAIMS_READ,
            _P.TASKS_WORK,
            _P.CODES_READ,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.PATIENTS_READ,
            _P.CLAIMS_READ,
            _P.REMITS_READ,
            _P.LEDGER_READ,
            _P.CREDENTIALING_READ,
            _P.CODES_READ,
            _P.RULES_READ,
            _P.AUDIT_READ,
            _P.CODING_WORK,
            _P.CODING_AUDIT,
        }
    ),
}


def permits(role: Role, permission: Permission) -> bool:
    """Tell whether a role carries a permission."""
    return permission in RIGHTS[role]
