"""Notes of nobody, each with the level that its writers, who know the rules, gave it."""

from datetime import date

ON = date(2026, 3, 2)

# Setting, kind of patient, level, note.
LEVELS: tuple[tuple[str, str | None, str, str], ...] = (
    (
        "office",
        "established",
        "99213",
        "S: 27 y/o with burning urination for 2 days, no fever or flank pain. O: Afebrile. UA "
        "positive for nitrites. A/P: Acute uncomplicated UTI. Nitrofurantoin 100 mg BID x5 "
        "days.",
    ),
    (
        "office",
        "established",
        "99214",
        "S: 63 y/o for diabetes. Sugars running 200s. O: A1c 9.1 today. A/P: Type 2 diabetes, "
        "uncontrolled. Increase metformin to 1000 mg BID, start empagliflozin.",
    ),
    (
        "office",
        "new",
        "99203",
        "S: New patient, 22 y/o with 3 days of sinus congestion and facial pressure. O: "
        "Maxillary tenderness. A/P: Acute sinusitis, viral. Saline rinse, OTC decongestant.",
    ),
    (
        "office",
        "established",
        "99215",
        "S: 59 y/o with chest tightness at rest since this morning. A/P: NSTEMI suspected; "
        "unstable angina. Aspirin, sent to hospital by ambulance for admission. Discussed "
        "with Dr. Okafor, cardiology, who accepts the patient. Reviewed outside stress test "
        "report from 2024.",
    ),
    (
        "office",
        "established",
        "99212",
        "S: 8 y/o with mosquito bites on arms. Mother requests advice. A/P: Insect bites. "
        "Cool compresses.",
    ),
    (
        "office",
        "new",
        "99204",
        "CC: palpitations. HPI: 37 y/o new patient, palpitations for 2 months, no syncope. "
        "PE: regular. Assessment: Palpitations, etiology unclear. Plan: Holter monitor, TSH, "
        "CBC, BMP.",
    ),
    (
        "office",
        "established",
        "99211",
        "MA visit for weight check per care plan. Weight 180. No provider visit.",
    ),
    (
        "office",
        "new",
        "99205",
        "S: New patient. Total time on date of encounter 65 minutes. A/P: Fibromyalgia, stable.",
    ),
    (
        "ed",
        None,
        "99281",
        "ED: 30 y/o for suture removal, seen by nurse only per protocol. Sutures removed.",
    ),
    (
        "ed",
        None,
        "99282",
        "ED: 9 y/o with small splinter in finger, removed with tweezers. Bandage.",
    ),
    (
        "ed",
        None,
        "99283",
        "ED: 19 y/o twisted ankle playing basketball. Ankle x-ray: no fracture. Dx: ankle "
        "sprain. Ibuprofen, ankle brace, crutches.",
    ),
    (
        "ed",
        None,
        "99284",
        "ED: 50 y/o with chest pain for 3 hours, resolved. ECG, troponin x2, CBC, BMP normal, "
        "CXR clear per radiology. Low suspicion for ACS. Discharged home, cardiology "
        "follow-up.",
    ),
    (
        "ed",
        None,
        "99285",
        "ED: 28 y/o with ruptured ectopic pregnancy, hypotensive. hCG, CBC, type and screen. "
        "Bedside ultrasound interpreted by me: free fluid. Spoke with OB Dr. Hale, to OR "
        "emergently.",
    ),
    (
        "hospital-initial",
        None,
        "99221",
        "Observation admission: 30 y/o with gastroenteritis and mild dehydration. BMP. IV "
        "fluids, ondansetron.",
    ),
    (
        "hospital-initial",
        None,
        "99222",
        "H&P: 66 y/o admitted with COPD exacerbation. Reviewed ED note, CBC, BMP, CXR report. "
        "IV methylprednisolone, nebulizers, azithromycin.",
    ),
    (
        "hospital-initial",
        None,
        "99223",
        "H&P: 81 y/o with acute hypoxic respiratory failure from pneumonia. CBC, BMP, ABG "
        "reviewed. CXR independently interpreted. Discussed with pulmonologist. ICU "
        "admission.",
    ),
    (
        "hospital-subsequent",
        None,
        "99231",
        "Hospital day 2: cellulitis of the arm improving. CBC reviewed. Continue cephalexin.",
    ),
    (
        "hospital-subsequent",
        None,
        "99232",
        "HD 2: DVT on heparin drip. CBC, PTT, BMP reviewed. Transition to apixaban.",
    ),
    (
        "hospital-subsequent",
        None,
        "99233",
        "Hospital day 2: septic shock worsening. Reviewed CBC, BMP, lactate, blood cultures. "
        "Discussed with infectious disease. Transfer to ICU, broaden to meropenem.",
    ),
    ("hospital-discharge", None, "99238", "Discharge day management. Exam done, med rec done."),
    (
        "hospital-discharge",
        None,
        "99239",
        "Discharge summary: Spent 45 minutes in discharge planning and coordination of care.",
    ),
    (
        "consult-office",
        None,
        "99242",
        "Consult for skin tag requested by Dr. Pratt. A/P: Skin tag. Reassurance.",
    ),
    (
        "consult-office",
        None,
        "99244",
        "Consultation requested by Dr. Ames. Reviewed PCP notes, BMP and renal ultrasound "
        "report. A/P: Resistant hypertension, not at goal on three drugs. Start "
        "spironolactone.",
    ),
    (
        "consult-inpatient",
        None,
        "99253",
        "Consult requested for rash. A/P: Drug rash, acute uncomplicated. Stop amoxicillin, "
        "triamcinolone cream. CBC, LFTs reviewed.",
    ),
    (
        "consult-inpatient",
        None,
        "99255",
        "Consult: 60 y/o with GI bleed and hemorrhagic shock. Reviewed CBC, INR, BMP. "
        "Discussed with ICU attending. Emergent surgery: exploratory laparotomy tonight.",
    ),
    (
        "nursing-initial",
        None,
        "99305",
        "SNF admission: 84 y/o after hip fracture repair. Reviewed hospital discharge "
        "summary, CBC, BMP. A/P: 1. Hypertension, stable, continue amlodipine. 2. T2DM "
        "stable, continue metformin.",
    ),
    (
        "nursing-subsequent",
        None,
        "99308",
        "NF visit. A/P: UTI. UA and urine culture. Start nitrofurantoin.",
    ),
    (
        "nursing-subsequent",
        None,
        "99310",
        "Nursing facility: resident with acute respiratory distress. Discussed with ED "
        "physician. Transferred to hospital emergently. Reviewed CXR, CBC, BMP.",
    ),
    (
        "home",
        "new",
        "99344",
        "Home visit. A/P: 1. CHF, decompensated, increase torsemide. 2. Diabetes, stable. "
        "Order BMP, BNP, CBC.",
    ),
    (
        "home",
        "established",
        "99348",
        "Home visit: 88 y/o. A/P: Hypertension at goal, continue losartan.",
    ),
    (
        "home",
        "established",
        "99350",
        "Home visit. A/P: CHF stable. Total time 62 minutes on the date of service.",
    ),
)
# What says nothing of this patient today, in words that elsewhere would.
NOTHING: tuple[str, ...] = (
    "Denies chest pain, syncope, and suicidal ideation.",
    "No history of stroke or pulmonary embolism.",
    "Mother had breast cancer and her brother has diabetes.",
    "Family history of sepsis and heart failure.",
    "History of pneumonia and appendicitis as a child.",
    "Status post cholecystectomy, s/p total knee arthroplasty in 2009.",
    "Never hospitalized.",
    "No recent hospital admission.",
    "No imaging, ECG or CT needed.",
    "Declined mammogram and colonoscopy.",
    "MRI not indicated.",
    "If symptoms persist, will order CBC and MRI.",
    "Return if fever, chest pain or shortness of breath.",
    "Spoke with patient and her family about the plan.",
    "Outside records requested.",
    "Symptoms lasted 40 minutes.",
    "No antibiotics prescribed.",
    "Not homeless, no food insecurity.",
    "Code status: full, no DNR.",
    "Risks of the procedure include stroke, sepsis and hospitalization.",
    "Nurse spent 30 minutes on teaching.",
)
