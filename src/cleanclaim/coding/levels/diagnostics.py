"""Tests by the service they are: two names of one test are one test, a panel is one as well."""

import re

from cleanclaim.coding.levels.terms import Terms, read_rows

# Tests that are read by somebody: an interpretation of them may be billed apart.
READ = "read"
MEASURED = "measured"

_TESTS: dict[str, str] = {
    MEASURED: """
cbc | complete blood count | blood count | hemogram | cbc with differential | cbc w diff
cmp | comprehensive metabolic panel | chem 14
bmp | basic metabolic panel | chem 7 | electrolytes | chem panel
liver panel | lft | lfts | liver function tests | hepatic panel | hepatic function panel
liver panel | liver tests
renal panel | renal function panel | renal function
creatinine | bun creatinine | egfr
lipid panel | lipids | fasting lipids | cholesterol panel | lipid profile | ldl
a1c | hba1c | hemoglobin a1c | glycated hemoglobin | hgba1c
tsh | thyroid stimulating hormone | thyroid panel | thyroid function tests | tfts
free t4 | t4
crp | c reactive protein
esr | sed rate | sedimentation rate
troponin | serial troponins | high sensitivity troponin | hs troponin | trop
bnp | nt probnp | probnp | pro bnp
d dimer
lactate | lactic acid
procalcitonin
magnesium | ^Mg
phosphorus | phosphate | phos level
potassium level | serum potassium
calcium level | serum calcium
glucose level | serum glucose | fasting glucose | fingerstick glucose | random glucose | poc glucose
urinalysis | ^UA | urine dip | urine dipstick | dipstick urinalysis
urine culture
urine pregnancy test | pregnancy test | hcg | beta hcg | urine hcg | upreg
blood cultures | blood culture
wound culture | throat culture | stool culture | sputum culture | culture
stool studies | stool pcr | c diff test | c diff toxin | ova and parasites | fecal calprotectin
rapid strep | strep test | rapid strep test | rapid antigen strep
influenza swab | flu swab | flu test | rapid flu | influenza test | rapid influenza
covid test | covid swab | covid pcr | sars cov 2 test | covid antigen | rapid covid
respiratory viral panel | respiratory panel | viral panel
mono test | monospot | heterophile
rsv test | rsv swab
lipase | amylase
inr | pt inr | prothrombin time | coagulation studies | ^PTT | coags
psa
ferritin | iron studies | iron panel
vitamin b12 level | b12 level | b12
vitamin d level | vitamin d
folate | folate level
uric acid
antinuclear antibody | ^ANA
rheumatoid factor | anti ccp
hepatitis panel | hepatitis c antibody | hepatitis b surface antigen | viral hepatitis panel
hiv test | hiv screen | hiv viral load | viral load | cd4 count
gonorrhea chlamydia | gc chlamydia | chlamydia test | sti panel | naat
rpr | syphilis test
urine drug screen | uds | toxicology screen | tox screen | drug screen
blood gas | abg | vbg | arterial blood gas
urine albumin | microalbumin | urine albumin creatinine ratio | uacr | urine microalbumin
ammonia | ammonia level
cortisol | am cortisol
testosterone level | testosterone | fsh | prolactin
drug level | lithium level | digoxin level | vancomycin trough | vanc trough | tacrolimus level
drug level | valproate level | phenytoin level
ck | creatine kinase | cpk
ldh
type and screen | crossmatch
hemoglobin | hematocrit | h h
acetaminophen level | salicylate level | ethanol level | alcohol level
pathology | biopsy result | pap smear | pap | hpv test
fit test | fecal occult blood | stool guaiac | fobt | cologuard
csf studies | cerebrospinal fluid studies
allergy testing | rast | tuberculosis test | quantiferon
genetic testing
""",
    READ: """
ecg | ekg | electrocardiogram | 12 lead | 12 lead ecg
chest x ray | cxr | chest xray | chest radiograph | chest film | x ray chest
x ray | xray | xrays | x rays | radiograph | radiographs | plain films | films | x ray series
knee x ray | knee xray | knee radiographs | x ray of the knee
hip x ray | hip xray
ankle x ray | ankle xray | x ray of the ankle
wrist x ray | wrist xray | hand x ray | foot x ray | shoulder x ray | spine x ray
lumbar x ray | lumbar spine x ray | l spine x ray | abdominal x ray | ^KUB | pelvis x ray
ct head | head ct | ct brain | noncontrast head ct | non contrast ct head | ct of the head
ct chest | chest ct | ct angiogram chest | cta chest | ct angiography chest | ctpa | ct pe protocol
ct abdomen | ct abdomen pelvis | abdominal ct | ct abdomen and pelvis | ct a p | ct abd pelvis
ct abdomen | ct of the abdomen | ct of the abdomen and pelvis
ct | ct scan | cat scan | ct chest abdomen pelvis | cta | ct neck | ct angiogram
ct cervical spine | ct c spine | ct spine
mri brain | brain mri | mri of the brain | mri head
mri lumbar spine | lumbar mri | mri lumbar | mri of the lumbar spine | mri spine
mri knee | knee mri | mri of the knee
mri | mri shoulder | shoulder mri | mra
ultrasound | pelvic ultrasound | renal ultrasound | abdominal ultrasound | thyroid ultrasound
ultrasound | ruq ultrasound | right upper quadrant ultrasound | bedside ultrasound
ultrasound | breast ultrasound
venous duplex | duplex | lower extremity duplex | venous doppler | doppler | leg ultrasound
venous duplex | duplex ultrasound | venous ultrasound
carotid duplex | carotid ultrasound
echo | echocardiogram | echocardiography | tte | transthoracic echo
stress test | exercise stress test | nuclear stress test | stress echo
holter | holter monitor | event monitor | telemetry strip | rhythm strip
eeg | electroencephalogram
emg | nerve conduction study | nerve conduction studies
spirometry | pft | pfts | pulmonary function tests | pulmonary function testing
mammogram | diagnostic mammogram | mammography
dexa | dxa | bone density | dexa scan | bone density scan
pet ct | pet scan | ^PET
vq scan | v q scan
hida scan | bone scan | gastric emptying study
sleep study | polysomnogram | polysomnography | home sleep test | sleep apnea testing
colonoscopy result | endoscopy result | angiogram | cardiac catheterization report
cath report | catheterization | left heart cath | coronary angiogram | coronary angiography
""",
}
TESTS: Terms[tuple[str, str]] = Terms(read_rows(_TESTS))
# Work named without saying which; it is one piece of work, however much it was.
UNNAMED: Terms[str] = Terms(
    (term, "")
    for term in ("labs", "lab work", "laboratory results", "blood work", "bloodwork", "lab results")
)
# Imaging that is more than a plain film: a treatment plan with it carries some risk.
ADVANCED = re.compile(r"^(?:ct|mri|pet|vq|hida|stress)\b")
