"""What counts as a problem, as data and as risk, and what only looks like it."""

import pytest

from cleanclaim.coding.levels import Level, choose_level
from coding.levels.notes import ON


def level(note: str, setting: str = "office") -> Level:
    return choose_level(note, setting=setting, patient="established", minutes=None, on=ON)


def kinds(note: str, prefix: str, setting: str = "office") -> list[tuple[str, str]]:
    told = level(note, setting)
    return [(e.kind, e.text) for e in told.elements if e.kind.startswith(prefix)]


# Problems

_CONDITIONS = (
    *("hypertension", "type 2 diabetes", "COPD", "heart failure", "asthma", "sepsis", "stroke"),
    *("pneumonia", "cellulitis", "appendicitis", "pulmonary embolism", "DVT", "meningitis"),
    *("breast cancer", "migraine", "gout", "ankle sprain", "fracture", "chest pain", "syncope"),
    *("depression", "suicidal ideation", "epilepsy", "anaphylaxis", "hematuria", "weight loss"),
    *("influenza", "sinusitis", "pyelonephritis", "atrial fibrillation", "dementia", "lupus"),
)


@pytest.mark.parametrize(
    "words",
    [
        "No {}.",
        "Denies {}.",
        "Without evidence of {}.",
        "Family history of {}.",
        "Her mother had {}.",
        "His father died of {}.",
        "History of {} in 2009.",
        "Return if {}.",
        "Discussed screening for {}.",
        "If {} develops, go to the ED.",
        "Risks of the procedure include {}.",
    ],
)
def test_a_condition_that_is_not_here_is_no_problem(words: str) -> None:
    cold = [("problem.self_limited", "Common cold")]
    notes = {name: f"A/P: Common cold. {words.format(name)}" for name in _CONDITIONS}
    assert [name for name, note in notes.items() if kinds(note, "problem") != cold] == []


@pytest.mark.parametrize("name", _CONDITIONS)
def test_the_same_condition_assessed_is_one(name: str) -> None:
    (problem,) = kinds(f"A/P: {name}.", "problem")
    assert problem[1] == name
    assert problem[0] not in {"problem.unlisted", "problem.self_limited"}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("Hypertension, at goal.", ["chronic_stable"]),
        ("Hypertension.", ["chronic_stable"]),
        ("Hypertension, not at goal.", ["chronic_worse"]),
        ("Uncontrolled hypertension.", ["chronic_worse"]),
        ("Hypertension, increase lisinopril to 40 mg.", ["chronic_worse"]),
        ("COPD with acute exacerbation.", ["chronic_worse"]),
        ("COPD with severe exacerbation.", ["chronic_severe"]),
        ("COPD, no exacerbation.", ["chronic_stable"]),
        ("HTN at goal, diabetes uncontrolled.", ["chronic_stable", "chronic_worse"]),
        ("HTN uncontrolled; diabetes at goal.", ["chronic_worse", "chronic_stable"]),
        ("HTN, HLD and DM, all stable.", ["chronic_stable"] * 3),
        ("1. HTN. Worsening. 2. Gout, stable.", ["chronic_worse", "chronic_stable"]),
        ("T2DM, side effects of metformin.", ["chronic_worse"]),
        ("T2DM, no side effects.", ["chronic_stable"]),
        ("Influenza A.", ["acute_uncomplicated"]),
        ("Influenza A with fever and chills.", ["acute_systemic"]),
        ("Sepsis.", ["threat"]),
        ("Possible sepsis.", ["acute_systemic"]),
        ("Sepsis, improving.", ["acute_systemic"]),
        ("Chest pain.", ["uncertain_prognosis"]),
        ("Elevated PSA, concern for prostate cancer.", ["uncertain_prognosis"] * 2),
        ("Fatigue, possible hypothyroidism.", ["chronic_stable"]),
        ("Weight loss, possible hypothyroidism.", ["chronic_stable", "uncertain_prognosis"]),
        ("Chest pain due to costochondritis.", ["acute_uncomplicated"]),
        ("1. Chest pain. 2. Gout, stable.", ["uncertain_prognosis", "chronic_stable"]),
        ("Zorbism.", ["unlisted"]),
        ("1. Chronic zorbism, stable. 2. Gout.", ["chronic_stable", "chronic_stable"]),
    ],
)
def test_the_words_about_a_problem_make_its_kind(plan: str, expected: list[str]) -> None:
    found = [kind.removeprefix("problem.") for kind, _ in kinds(f"A/P: {plan}", "problem")]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(
    ("note", "problems"),
    [
        ("A/P: Hypertension at goal. Gout, stable.", "moderate"),
        ("A/P: Insect bite. Callus.", "low"),
        ("A/P: Insect bite.", "minimal"),
        # The story's illnesses are not the assessment's.
        ("S: 60 y/o with hypertension, diabetes, COPD. A/P: Ankle sprain.", "low"),
        ("60 y/o with hypertension, diabetes and COPD seen for ankle sprain.", "low"),
        ("PMH: sepsis, stroke. A/P: Ankle sprain.", "low"),
        # Serious enough to be looked for, and not found.
        ("Venous duplex negative for DVT. A/P: Calf strain.", "moderate"),
        ("No history of DVT. A/P: Calf strain.", "low"),
    ],
)
def test_problems_add_up_by_the_table(note: str, problems: str) -> None:
    assert level(note).problems == problems


def test_a_numbered_item_is_one_problem_whatever_it_remarks() -> None:
    note = (
        "ASSESSMENT AND PLAN\n\n1. Heart failure.\n- Medical Reasoning: echo showed mitral "
        "regurgitation. Doing well.\n- Medical Treatment: Continue furosemide 20 mg.\n"
    )
    assert kinds(note, "problem") == [("problem.chronic_stable", "Heart failure")]


# Data


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("Rest.", "none"),
        ("CBC ordered.", "minimal"),
        ("CBC ordered. Complete blood count to be repeated.", "minimal"),
        ("CBC, CMP ordered.", "limited"),
        ("CBC, CMP, TSH ordered.", "moderate"),
        ("No CBC, CMP or TSH.", "none"),
        ("CBC, CMP, TSH not indicated.", "none"),
        ("Declined mammogram, CBC and TSH.", "none"),
        ("If worse, CBC, CMP and TSH.", "none"),
        ("No fracture on knee x-ray.", "minimal"),
        ("Labs reviewed.", "minimal"),
        ("Reviewed cardiology note and CBC.", "limited"),
        ("Reviewed ED note, hospital discharge summary, CBC.", "moderate"),
        ("Outside records requested.", "none"),
        ("Mother reports 2 days of cough.", "limited"),
        ("History obtained from EMS.", "limited"),
        ("Accompanied by mother.", "none"),
        ("Mother reports cough. CBC, CMP.", "moderate"),
        ("Chest x-ray independently interpreted: clear.", "moderate"),
        ("Chest x-ray read by radiology: clear.", "minimal"),
        ("ECG in office interpreted by me.", "none"),
        ("Discussed with Dr. Lund, cardiology.", "moderate"),
        ("Spoke with the hospitalist about the plan.", "moderate"),
        ("Discussed with patient and his wife.", "none"),
        ("Discussed with mother.", "none"),
        ("Will discuss with cardiology.", "none"),
        ("CBC, CMP, TSH. Discussed with Dr. Lund.", "extensive"),
        ("Images personally reviewed: MRI knee. Spoke with surgeon Dr. Ray.", "extensive"),
    ],
)
def test_data_are_counted_by_category(words: str, data: str) -> None:
    assert level(f"S: here today. {words} A/P: Gout, stable.").data == data


def test_what_one_reads_oneself_is_not_counted_twice() -> None:
    note = "ED: CT head personally interpreted by me. CBC, BMP. Dx: migraine."
    told = level(note, "ed")
    assert [e.text for e in told.elements if e.kind == "data.test"] == ["CBC", "BMP"]
    assert told.data == "moderate"


def test_results_without_names_are_owned_to() -> None:
    told = level("Labs reviewed. A/P: Gout, stable.")
    assert told.missing == ("which tests the laboratory results were",)


# Risk


@pytest.mark.parametrize(
    ("plan", "risk"),
    [
        ("Rest, fluids.", "minimal"),
        ("Ibuprofen OTC.", "low"),
        ("Physical therapy.", "low"),
        ("Continue lisinopril 20 mg.", "moderate"),
        ("Ibuprofen 800 mg prescribed.", "moderate"),
        ("No medication changes.", "minimal"),
        ("No antibiotics.", "minimal"),
        ("Declines statin.", "minimal"),
        ("If worse, start prednisone.", "minimal"),
        ("Antibiotics not indicated.", "minimal"),
        ("Will proceed with skin biopsy.", "low"),
        ("Will proceed with skin biopsy; increased bleeding risk on warfarin.", "moderate"),
        ("Scheduled for total knee arthroplasty.", "moderate"),
        ("Scheduled for total knee arthroplasty; high surgical risk from CAD.", "high"),
        ("Scheduled for total knee arthroplasty; no surgical risk factors.", "moderate"),
        ("S/p total knee arthroplasty 2019.", "minimal"),
        ("To OR emergently for appendectomy.", "high"),
        ("Admit to hospital.", "high"),
        ("Admission considered; shared decision for home.", "high"),
        ("No need for admission.", "minimal"),
        ("Hospitalized last month.", "minimal"),
        ("Goals of care discussed, patient elected DNR given poor prognosis.", "high"),
        ("Code status DNR.", "minimal"),
        ("IV morphine given.", "high"),
        ("Morphine ER continued.", "moderate"),
        ("Continue methotrexate with CBC every 4 weeks for toxicity monitoring.", "high"),
        ("Continue insulin with glucose monitoring.", "moderate"),
        ("Unable to afford insulin, which limits treatment.", "moderate"),
        ("Not homeless.", "minimal"),
    ],
)
def test_decisions_carry_their_risk(plan: str, risk: str) -> None:
    assert level(f"S: here today. A/P: Gout. {plan}").risk == risk


def test_a_drug_in_the_story_is_not_managed() -> None:
    assert level("S: takes lisinopril. A/P: Common cold. Fluids.").risk == "minimal"
    assert level("Medications: lisinopril 20 mg. A/P: Common cold. Fluids.").risk == "minimal"


def test_who_is_in_hospital_is_not_admitted_again() -> None:
    note = "Hospital day 3: admitted with cellulitis, improving. CBC reviewed. Continue cephalexin."
    assert level(note, "hospital-subsequent").risk == "moderate"
    assert level(f"{note} Transfer to ICU.", "hospital-subsequent").risk == "high"


# What only looks like more


@pytest.mark.parametrize(
    "words",
    [
        "Patient worried about cancer.",
        "Stroke prevention discussed.",
        "Pneumonia vaccine given.",
        "Hepatitis B vaccination.",
        "Depression screen negative.",
        "Screened for depression.",
        "Diabetes education not needed.",
        "Low risk for heart attack.",
        "Cancer-free since 2010.",
        "Resolved pneumonia.",
        "Husband has COPD.",
        "Not suicidal.",
    ],
)
def test_what_is_taught_screened_or_feared_is_no_problem(words: str) -> None:
    assert level(f"A/P: Gout, stable. {words}").problems == "low"


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ("I personally reviewed the CT report.", "minimal"),
        ("I independently interpreted the CT and agree with the report.", "moderate"),
        ("ECG not interpreted by me.", "minimal"),
        ("Personally reviewed chart.", "none"),
        ("No outside records reviewed.", "none"),
        ("Called patient with results.", "none"),
        ("Consider CBC and TSH at next visit.", "none"),
        ("Next labs due in 6 months.", "none"),
        ("Discussed need for MRI; patient declines MRI.", "none"),
        ("Will call cardiology tomorrow.", "none"),
        ("Spoke with radiology tech to schedule CT.", "minimal"),
        ("Echo from last year reviewed.", "minimal"),
    ],
)
def test_what_was_not_done_or_not_seen_is_no_datum(words: str, data: str) -> None:
    assert level(f"S: here today. {words} A/P: Gout, stable.").data == data


@pytest.mark.parametrize(
    "words",
    [
        "Allergic to penicillin.",
        "Discontinued lisinopril last year.",
        "Discussed surgery; not interested.",
        "Advised against surgery at this time.",
        "Was hospitalized in March for gout.",
        "Discharged from hospital last week.",
        "Admits to drinking.",
        "Go to ED if chest pain; may need admission.",
        "Patient has DNR on file.",
        "Mother died in hospice.",
        "Lives in a shelter.",
        "Consider statin next visit.",
        "Ketamine discussed, not given.",
    ],
)
def test_what_was_not_decided_carries_no_risk(words: str) -> None:
    assert level(f"A/P: Gout, stable. {words}").risk == "minimal"
