"""Conditions by what kind of problem they are when they are addressed, in our own short lists.

A line is a concept, its synonyms between bars. A term that begins with ^ counts in capitals only.
The lists decide what kind of problem a note speaks of and nothing else: they are no code set.
"""

from enum import StrEnum

from cleanclaim.coding.levels.terms import Terms, read_rows


class Nature(StrEnum):
    """What kind of problem a condition is; the course of a chronic one is read beside it."""

    MINOR = "minor"
    ACUTE = "acute"
    SYSTEMIC = "systemic"
    INJURY = "injury"
    COMPLICATED_INJURY = "complicated_injury"
    CHRONIC = "chronic"
    GRAVE = "grave"  # serious if it is there, and a reason to look for it
    THREAT = "threat"
    SYMPTOM = "symptom"  # may mean much: its outcome is open until it is explained
    COMPLAINT = "complaint"  # a symptom that usually means little
    FEBRILE = "febrile"  # acute, and systemic where the whole body answers


_CONDITIONS: dict[Nature, str] = {
    Nature.MINOR: """
common cold | cold symptoms | viral uri | viral upper respiratory infection | head cold
upper respiratory infection | uri
abrasion | superficial abrasion | scrape | skinned knee
insect bite | mosquito bite | bug bite | bee sting without reaction | flea bite
diaper rash | diaper dermatitis | heat rash
tinea corporis | tinea pedis | ringworm | athlete's foot | tinea versicolor | tinea cruris
sunburn | first degree sunburn
cerumen impaction | ear wax | earwax | impacted cerumen
splinter | superficial foreign body
canker sore | aphthous ulcer | chapped lips
callus | corn | skin tag | dandruff | cradle cap | xerosis | dry skin
hiccups | motion sickness | teething
minor bruise | superficial bruise | small bruise
minor skin irritation | blister | paper cut | superficial scratch | ingrown hair
stye | hordeolum | subconjunctival hemorrhage
suture removal | wound check
""",
    Nature.ACUTE: """
cystitis | uti | urinary tract infection | bladder infection
pharyngitis | strep pharyngitis | streptococcal pharyngitis | strep throat | tonsillitis
sinusitis | acute sinusitis | rhinosinusitis | sinus infection
otitis media | ear infection | acute otitis media | ^AOM
otitis externa | swimmer's ear
bronchitis | acute bronchitis
conjunctivitis | pink eye
gastritis | acute gastritis | esophagitis | viral infection | hyperglycemia
gastroenteritis | viral gastroenteritis | stomach flu | acute gastroenteritis
cellulitis
abscess | skin abscess | furuncle | boil | paronychia | carbuncle
impetigo | folliculitis | cutaneous candidiasis | scabies | head lice | pediculosis
herpes zoster | shingles | zoster
allergic rhinitis flare | seasonal allergies | hay fever
vaginitis | bacterial vaginosis | vaginal candidiasis | yeast infection | vulvovaginitis
trichomoniasis | chlamydia | gonorrhea | urethritis
croup | bronchiolitis | hand foot and mouth disease | viral exanthem | roseola
laryngitis | viral syndrome | viral illness | thrush | oral candidiasis
urticaria | hives | drug rash | allergic reaction
costochondritis | muscle spasm | muscle strain | lumbar strain | low back strain | cervical strain
bursitis | tendinitis | tendonitis | tendinopathy | epicondylitis | tennis elbow
plantar fasciitis | de quervain | trigger finger | ganglion cyst
bppv | benign positional vertigo | benign paroxysmal positional vertigo | vertigo | labyrinthitis
constipation | acute constipation | hemorrhoids | anal fissure
contact dermatitis | poison ivy | poison oak | irritant dermatitis
contraception | contraceptive management | birth control management
mastitis | epididymitis | prostatitis | balanitis
pityriasis rosea | dental abscess | dental caries | toothache | herpes labialis | cold sore
kidney stone | nephrolithiasis | renal colic | ureteral stone | ureterolithiasis
tension headache | bell's palsy | gout attack | acute gout
community acquired infection | lymphadenitis | dehydration | mild dehydration
corneal abrasion | contact lens keratitis | blepharitis
postoperative ileus | hypokalemia | hyponatremia
""",
    Nature.FEBRILE: """
influenza | flu | influenza a | influenza b
covid | covid 19 | sars cov 2 infection | coronavirus infection
mononucleosis | infectious mononucleosis | mono
lyme disease | rocky mountain spotted fever | babesiosis
""",
    Nature.SYSTEMIC: """
pneumonia | community acquired pneumonia | ^CAP | aspiration pneumonia | pneumonitis
pyelonephritis | acute pyelonephritis | kidney infection
colitis | clostridioides difficile | c diff | c difficile | infectious colitis
diverticulitis | acute diverticulitis
pancreatitis | acute pancreatitis
cholecystitis | acute cholecystitis | biliary colic | choledocholithiasis
hepatitis | acute hepatitis
pelvic inflammatory disease | ^PID | tubo ovarian abscess
osteomyelitis | septic arthritis | endocarditis
acute kidney injury | ^AKI
severe dehydration | rhabdomyolysis
erysipelas with fever | febrile neutropenia | neutropenic fever
symptomatic anemia | acute blood loss anemia | acute anemia
glomerulonephritis | nephritic syndrome | nephrotic syndrome
febrile illness | bacteremia | serum sickness | acute rheumatic fever | kawasaki disease
delirium | acute encephalopathy | acute confusion | acute metabolic encephalopathy
alcohol withdrawal | opioid withdrawal | gi bleed | gastrointestinal bleed
lower gi bleed | upper gi bleed | hypoxia | acute hypoxia | acute urinary retention
status asthmaticus
""",
    Nature.INJURY: """
sprain | ankle sprain | wrist sprain | knee sprain | sprained
strain | calf strain | hamstring strain | groin strain
contusion | bruise | hematoma of skin
laceration | simple laceration | superficial laceration
minor head injury | mild head injury | minor head trauma | scalp contusion
puncture wound | dog bite | cat bite | animal bite | burn | first degree burn
foreign body | nursemaid elbow | subungual hematoma | mallet finger
""",
    Nature.COMPLICATED_INJURY: """
fracture | fractured | broken bone | ^Fx
dislocation | dislocated | subluxation of shoulder
concussion | head injury with loss of consciousness | brief loss of consciousness | ^LOC
head injury with brief loss of consciousness | traumatic brain injury | closed head injury
tendon rupture | tendon laceration | acl tear | meniscus tear | meniscal tear | ligament rupture
rotator cuff tear | achilles rupture | achilles tendon rupture
nerve injury | crush injury | partial amputation | second degree burn | partial thickness burn
open wound with tendon involvement | rib fractures | motor vehicle collision with multiple injuries
""",
    Nature.CHRONIC: """
hypertension | essential hypertension | htn | high blood pressure | elevated blood pressure
diabetes | type 2 diabetes | t2dm | dm2 | dmii | diabetes mellitus | diabetic | type 1 diabetes
diabetes | t1dm | type ii diabetes | type 2 dm | ^DM | type 2 diabetes mellitus | iddm | niddm
hyperlipidemia | hld | dyslipidemia | hypercholesterolemia | high cholesterol | ^LDL elevation
copd | chronic obstructive pulmonary disease | emphysema | chronic bronchitis
asthma | mild persistent asthma | moderate persistent asthma | mild intermittent asthma
heart failure | chf | congestive heart failure | hfref | hfpef | cardiomyopathy
coronary artery disease | cad | ischemic heart disease | angina | stable angina
atrial fibrillation | afib | a fib | atrial flutter
chronic kidney disease | ckd | chronic renal disease | diabetic nephropathy
chronic kidney disease | end stage renal disease
chronic kidney disease | esrd
hypothyroidism | hashimoto thyroiditis | hashimoto's
hyperthyroidism | graves disease | graves' disease
rheumatoid arthritis | ^RA
osteoarthritis | ^OA | degenerative joint disease | djd | knee arthritis
psoriatic arthritis | psoriasis | plaque psoriasis
lupus | systemic lupus erythematosus | ^SLE
gout | chronic gout
osteoporosis | osteopenia
gerd | gastroesophageal reflux disease | acid reflux | reflux disease
irritable bowel syndrome | ^IBS | chronic constipation
crohn's disease | crohn disease | ulcerative colitis | inflammatory bowel disease | ^IBD
cirrhosis | liver cirrhosis | fatty liver | nafld | nash | chronic hepatitis c | hepatitis b carrier
depression | major depressive disorder | ^MDD | major depression | dysthymia
anxiety | generalized anxiety disorder | ^GAD | anxiety disorder | panic disorder
bipolar disorder | bipolar
schizophrenia | schizoaffective disorder | psychosis
ptsd | post traumatic stress disorder
adhd | attention deficit hyperactivity disorder | ^ADD
insomnia | chronic insomnia
obesity | morbid obesity | class 3 obesity | class 2 obesity
sleep apnea | obstructive sleep apnea | ^OSA
migraine | chronic migraine | migraines
epilepsy | seizure disorder
parkinson's disease | parkinson disease | parkinsonism | parkinson's
multiple sclerosis | ^MS
dementia | alzheimer's disease | alzheimer disease | alzheimer dementia | vascular dementia
alzheimer's
neuropathy | peripheral neuropathy | diabetic neuropathy
chronic pain | chronic low back pain | chronic back pain | fibromyalgia | lumbar radiculopathy
spinal stenosis | degenerative disc disease | sciatica
anemia | iron deficiency anemia | chronic anemia | pernicious anemia | sickle cell disease
allergic rhinitis | chronic rhinitis | perennial allergic rhinitis
eczema | atopic dermatitis | rosacea | acne | acne vulgaris | hidradenitis
bph | benign prostatic hyperplasia | overactive bladder | urinary incontinence | stress incontinence
glaucoma | macular degeneration | diabetic retinopathy | cataract | dry eye disease
hiv | human immunodeficiency virus
polycystic ovary syndrome | pcos | endometriosis | uterine fibroids | menorrhagia | menopause
vitamin d deficiency | b12 deficiency | vitamin b12 deficiency | prediabetes | metabolic syndrome
peripheral artery disease | peripheral arterial disease | ^PAD | peripheral vascular disease
venous insufficiency | varicose veins | lymphedema | chronic venous stasis | venous stasis ulcer
pressure ulcer | decubitus ulcer | diabetic foot ulcer | chronic wound | stage 3 pressure ulcer
tobacco use disorder | nicotine dependence | tobacco dependence | tobacco use | smoking
alcohol use disorder | alcohol dependence
opioid use disorder | opioid dependence | substance use disorder
pulmonary hypertension | pulmonary fibrosis | interstitial lung disease | bronchiectasis
cystic fibrosis
aortic stenosis | mitral regurgitation | valvular heart disease | aortic aneurysm
chronic liver disease | autoimmune hepatitis | celiac disease
breast cancer | prostate cancer | lung cancer | colon cancer | lymphoma | leukemia | melanoma
multiple myeloma | pancreatic cancer | ovarian cancer | metastatic cancer | metastatic disease
carpal tunnel syndrome | chronic tendinopathy | frozen shoulder | adhesive capsulitis
chronic sinusitis | chronic cough | chronic urticaria | chronic fatigue syndrome
trigeminal neuralgia | postherpetic neuralgia
hydrocephalus | cognitive impairment | mild cognitive impairment | gait impairment
hepatitis c | hepatitis b | chronic hepatitis b
tremor | essential tremor | restless leg syndrome | restless legs syndrome
stroke sequelae | hemiplegia | aphasia after stroke | dysphagia | chronic respiratory failure
failure to thrive | malnutrition | protein calorie malnutrition
autism | autism spectrum disorder | cerebral palsy | down syndrome
erectile dysfunction | hypogonadism | infertility
myasthenia gravis | amyotrophic lateral sclerosis | ^ALS
sarcoidosis | hemochromatosis | thrombocytopenia | hemophilia
""",
    Nature.GRAVE: """
deep vein thrombosis | deep venous thrombosis | dvt
malignancy | cancer | carcinoma | neoplasm | tumor
transient ischemic attack | ^TIA
temporal arteritis | giant cell arteritis
""",
    Nature.THREAT: """
stemi | acute myocardial infarction | acute mi | myocardial infarction | heart attack
nstemi
acute coronary syndrome | ^ACS | unstable angina
pulmonary embolism | ^PE | pulmonary embolus | saddle embolus
stroke | acute stroke | ^CVA | acute ischemic stroke
intracranial hemorrhage | subarachnoid hemorrhage | subdural hematoma | epidural hematoma | ^ICH
sepsis | severe sepsis | urosepsis
septic shock | shock | hypovolemic shock | cardiogenic shock | hemorrhagic shock
respiratory failure | acute respiratory failure | acute hypoxic respiratory failure | ^ARDS
respiratory failure | respiratory distress | severe respiratory distress
respiratory failure | acute on chronic respiratory failure | acute hypoxemic respiratory failure
diabetic ketoacidosis | dka | hyperosmolar hyperglycemic state | ^HHS
meningitis | bacterial meningitis | encephalitis
anaphylaxis | anaphylactic reaction | angioedema with airway compromise
appendicitis | acute appendicitis | perforated appendix
peritonitis | bowel perforation | perforated viscus | bowel obstruction | small bowel obstruction
peritonitis | mesenteric ischemia | volvulus | intussusception | ^SBO
aortic dissection | ruptured aneurysm | ruptured aortic aneurysm
ectopic pregnancy | ruptured ectopic | placental abruption | severe preeclampsia | eclampsia
testicular torsion | ovarian torsion
cauda equina syndrome | cauda equina | spinal cord compression
suicidal ideation with plan | suicidal ideation | suicide attempt | suicidal | homicidal ideation
suicidal ideation with plan | active suicidal ideation
overdose | intentional overdose | opioid overdose
status epilepticus | new onset seizure | new seizure | breakthrough status
cardiac arrest | ventricular tachycardia | ventricular fibrillation | complete heart block
hypertensive emergency | hypertensive encephalopathy
necrotizing fasciitis | compartment syndrome | acute limb ischemia | limb ischemia
tension pneumothorax | pneumothorax | hemothorax
acute renal failure | acute liver failure | fulminant hepatic failure
massive gi bleed | variceal bleed | variceal hemorrhage | hemorrhage
multiple trauma | polytrauma | penetrating trauma
acute angle closure glaucoma | retinal detachment | central retinal artery occlusion
severe hyperkalemia | hyperkalemia with ecg changes | thyroid storm | adrenal crisis
acute psychosis | altered mental status with focal deficit
""",
    Nature.SYMPTOM: """
chest pain | chest pressure | chest tightness
shortness of breath | dyspnea | ^SOB
abdominal pain | rlq pain | ruq pain | llq pain | right lower quadrant pain | epigastric pain
abdominal pain | right upper quadrant pain | left lower quadrant pain
weight loss | unexplained weight loss | unintentional weight loss
syncope | near syncope | presyncope | loss of consciousness
hematuria | gross hematuria | blood in urine
rectal bleeding | hematochezia | melena | blood in stool | bloody stools
breast mass | breast lump | breast nodule
lump | palpable mass | new mass | abdominal mass | neck mass | neck lump | pelvic mass
lump | lung nodule | pulmonary nodule
thyroid nodule | adrenal nodule | liver lesion | renal mass
lymphadenopathy | enlarged lymph node | enlarged lymph nodes
hemoptysis | coughing up blood
threatened miscarriage | threatened abortion
postmenopausal bleeding | abnormal uterine bleeding | vaginal bleeding
palpitations | palpitation
leg swelling | calf pain | calf swelling | unilateral leg swelling
focal weakness | arm weakness | leg weakness | facial droop | numbness | slurred speech
vision loss | sudden vision loss | double vision | diplopia | blurred vision
thunderclap headache | worst headache of life | new headache | severe headache
altered mental status | confusion | ^AMS
seizure | first seizure
night sweats | fever of unknown origin | persistent fever | fever without source
dysphagia to solids | jaundice | ascites
memory loss | cognitive decline | gait instability
suspicious lesion | changing mole | atypical mole | pigmented lesion | non healing ulcer
elevated psa | abnormal mammogram | abnormal ct | elevated liver enzymes | elevated creatinine
elevated liver enzymes | elevated lfts | abnormal liver enzymes | pancytopenia
elevated liver enzymes | abnormal weight gain | leukocytosis | hypercalcemia
proteinuria | heart murmur | new murmur | flank pain | pelvic pain
""",
    Nature.COMPLAINT: """
cough | sore throat | runny nose | nasal congestion | rhinorrhea | post nasal drip
nausea | vomiting | diarrhea | heartburn | bloating | indigestion
back pain | low back pain | neck pain | shoulder pain | knee pain | hip pain | ankle pain
back pain | foot pain | wrist pain | elbow pain | joint pain | arm pain | leg pain | heel pain
headache | dizziness | lightheadedness
rash | itching | pruritus
fatigue | malaise
dysuria | urinary frequency | nocturia
ear pain | otalgia | eye irritation | red eye | epistaxis | nosebleed
fever
muscle cramps | myalgia | hair loss | hot flashes | irregular menses
grief | adjustment disorder | situational anxiety
""",
}
# What these are, if they are there at all, is grave: to suspect one leaves the outcome open.
CANCERS = ("cancer", "lymphoma", "leukemia", "melanoma", "myeloma", "metastatic")
CONDITIONS: Terms[tuple[Nature, str]] = Terms(read_rows(_CONDITIONS))

# Words that say how a chronic illness, or one under treatment, is going.


class Course(StrEnum):
    """How an illness is going by the note's own words."""

    STABLE = "stable"
    WORSE = "worse"
    SEVERE = "severe"
    IMPROVING = "improving"


_COURSES: dict[Course, str] = {
    Course.STABLE: """
stable | at goal | at target | controlled | well controlled | in remission | asymptomatic
doing well | unchanged | in range | within goal | compensated | euthyroid | quiescent
no exacerbation | no flare | good control | under control | no recent exacerbation
no exacerbation | adequate control
clinically stable | remains stable | no change | no changes | at treatment goal | euvolemic
not worsening | no worsening | no progression | without exacerbation | at baseline | satisfactory
""",
    Course.WORSE: """
exacerbation | exacerbated | acute exacerbation | worsening | worsened | worse | worsen
uncontrolled | not controlled | not well controlled | poorly controlled | poor control
not at goal | above goal | not at target | below goal | not in remission | not stable | unstable
flare | flaring | progressing | progression | progressive | progressed | decompensated
inadequately controlled | suboptimal | suboptimally controlled | not adequately controlled
side effect | side effects | adverse effect | adverse reaction | drug intolerance
refractory | relapse | relapsed | deteriorating | deteriorated | not responding | failing
breakthrough | symptomatic | elevated | increasing | increased frequency | more frequent
out of control | decompensation | rising | inadequate control | partially controlled
remains high | still high | out of range | not improving | inadequate response
remains high | incompletely controlled
""",
    Course.SEVERE: """
severe exacerbation | severely exacerbated | severe flare | severe decompensation | severe relapse
severely uncontrolled | severe worsening | severely decompensated | severe progression
acute severe exacerbation | crisis | life threatening exacerbation
""",
    Course.IMPROVING: """
improving | improved | resolving | better | recovering | responding
""",
}
COURSES: Terms[tuple[Course, str]] = Terms(read_rows(_COURSES))
# Signs that the whole body answers to an infection.
SYSTEMIC_SIGNS: Terms[str] = Terms(
    (term, "")
    for term in ("fever", "febrile", "chills", "rigors", "myalgia", "body aches", "hypoxia")
)
