"""The layouts of the segments of a claim that hold one value each."""

from cleanclaim.claims.coordination import InpatientAdjudication, OutpatientAdjudication
from cleanclaim.claims.dental import Orthodontics, ToothStatus
from cleanclaim.claims.layouts import (
    Layout,
    answer,
    cents,
    day,
    maybe_cents,
    maybe_number,
    number,
    text,
)
from cleanclaim.claims.supplements import (
    Ambulance,
    Attachment,
    Certification,
    Contract,
    EquipmentCertification,
    FormAnswer,
    Note,
    PurchasedService,
    Repricing,
    Spinal,
    TestResult,
)

ATTACHMENT = Layout(
    "PWK",
    Attachment,
    text("report_type", 1),
    text("transmission", 2),
    text("control_number", 6),
    constant={5: ("control_number", "AC")},
)
CONTRACT = Layout(
    "CN1",
    Contract,
    text("kind", 1),
    maybe_cents("amount_cents", 2),
    maybe_number("percent", 3),
    text("code", 4),
    maybe_number("terms_discount_percent", 5),
    text("version", 6),
)
NOTE = Layout("NTE", Note, text("qualifier", 1), text("text", 2))
AMBULANCE = Layout(
    "CR1",
    Ambulance,
    maybe_number("weight_pounds", 2),
    text("reason", 4),
    maybe_number("miles", 6),
    text("round_trip_purpose", 9),
    text("stretcher_purpose", 10),
    constant={1: ("weight_pounds", "LB"), 5: ("miles", "DH")},
)
SPINAL = Layout(
    "CR2",
    Spinal,
    text("condition", 8),
    text("description", 10),
    text("second_description", 11),
)
CERTIFICATION = Layout(
    "CRC",
    Certification,
    text("category", 1),
    answer("applies", 2),
    run=("conditions", 3, 7),
)
REPRICING = Layout(
    "HCP",
    Repricing,
    text("method", 1),
    cents("allowed_cents", 2),
    maybe_cents("savings_cents", 3),
    text("organization", 4),
    maybe_number("rate", 5),
    text("group_code", 6),
    maybe_cents("group_cents", 7),
    text("revenue_code", 8),
    text("procedure_qualifier", 9),
    text("procedure", 10),
    text("unit_basis", 11),
    maybe_number("units", 12),
    text("rejection", 13),
    text("compliance", 14),
    text("exception", 15),
)
EQUIPMENT_CERTIFICATION = Layout(
    "CR3",
    EquipmentCertification,
    text("kind", 1),
    number("months", 3),
    constant={2: ("", "MO")},
)
TEST = Layout("MEA", TestResult, text("kind", 1), text("measure", 2), number("value", 3))
PURCHASED = Layout("PS1", PurchasedService, text("provider_number", 1), cents("charge_cents", 2))
FORM_ANSWER = Layout(
    "FRM",
    FormAnswer,
    text("question", 1),
    text("yes_or_no", 2),
    text("text", 3),
    day("on", 4),
    maybe_number("percent", 5),
)
ORTHODONTICS = Layout(
    "DN1",
    Orthodontics,
    maybe_number("treatment_months", 1),
    maybe_number("remaining_months", 2),
    text("indicator", 3),
    text("description", 4),
)
TOOTH_STATUS = Layout(
    "DN2",
    ToothStatus,
    text("tooth", 1),
    text("status", 2),
    constant={6: ("", "JP")},
)
OUTPATIENT = Layout(
    "MOA",
    OutpatientAdjudication,
    maybe_number("reimbursement_rate", 1),
    maybe_cents("payable_cents", 2),
    maybe_cents("renal_payment_cents", 8),
    maybe_cents("professional_component_cents", 9),
    run=("remarks", 3, 7),
)
INPATIENT = Layout(
    "MIA",
    InpatientAdjudication,
    number("covered_days", 1),
    maybe_number("lifetime_psychiatric_days", 3),
    maybe_cents("drg_cents", 4),
    text("remark", 5),
    maybe_cents("disproportionate_share_cents", 6),
    maybe_cents("secondary_payer_pass_through_cents", 7),
    maybe_cents("capital_cents", 8),
    maybe_cents("capital_federal_cents", 9),
    maybe_cents("capital_hospital_cents", 10),
    maybe_cents("capital_disproportionate_cents", 11),
    maybe_cents("old_capital_cents", 12),
    maybe_cents("capital_education_cents", 13),
    maybe_cents("operating_hospital_cents", 14),
    maybe_number("cost_report_days", 15),
    maybe_cents("operating_federal_cents", 16),
    maybe_cents("capital_outlier_cents", 17),
    maybe_cents("teaching_cents", 18),
    maybe_cents("professional_component_cents", 19),
    maybe_cents("capital_exception_cents", 24),
    run=("further_remarks", 20, 23),
)
