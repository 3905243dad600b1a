"""The payer simulator: it judges claims by plans, contracts and policies of its own."""

from cleanclaim.payers.sandbox.adjudication import Accumulators, Adjudication, adjudicate
from cleanclaim.payers.sandbox.opening import open_profile
from cleanclaim.payers.sandbox.payer import SandboxPayer
from cleanclaim.payers.sandbox.policies import Standing
from cleanclaim.payers.sandbox.profile import (
    Bank,
    Contract,
    Fault,
    FaultRule,
    Member,
    Mismatch,
    PayerProfile,
    Plan,
    Policy,
    Review,
    dump_profile,
    load_profile,
)

__all__ = [
    "Accumulators",
    "Adjudication",
    "Bank",
    "Contract",
    "Fault",
    "FaultRule",
    "Member",
    "Mismatch",
    "PayerProfile",
    "Plan",
    "Policy",
    "Review",
    "SandboxPayer",
    "Standing",
    "adjudicate",
    "dump_profile",
    "load_profile",
    "open_profile",
]
