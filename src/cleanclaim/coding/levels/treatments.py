"""Drugs, operations and other treatments by the risk that a decision for them carries."""

import re
from collections.abc import Iterator

from cleanclaim.coding.levels.context import is_undone
from cleanclaim.coding.levels.diagnostics import TESTS
from cleanclaim.coding.levels.passages import Sentence
from cleanclaim.coding.levels.terms import Hit, Terms

PRESCRIPTION, OVER_COUNTER = "prescription", "over_counter"


def _terms(text: str) -> Terms[str]:
    return Terms((t.strip(), t.strip()) for t in re.split(r"[|\n]", text) if t.strip())


def _drugs(kind: str, text: str) -> list[tuple[str, str]]:
    return [(t.strip(), kind) for t in re.split(r"[|\n]", text) if t.strip()]


_DRUGS: Terms[str] = Terms(
    [
        *_drugs(
            PRESCRIPTION,
            """
metformin | insulin | glargine | lispro | glipizide | glimepiride | glyburide | levothyroxine
warfarin | heparin | digoxin | amiodarone | clonidine | hydralazine | spironolactone | furosemide
torsemide | bumetanide | hydrochlorothiazide | hctz | chlorthalidone | diltiazem | verapamil
nitroglycerin | isosorbide | clopidogrel | ticagrelor | prasugrel | ezetimibe | gemfibrozil
albuterol | ipratropium | tiotropium | budesonide | fluticasone inhaler | symbicort | advair
inhaler | nebulizer | nebulizers | steroid | steroids | steroid taper | corticosteroid
gabapentin | pregabalin | topiramate | lamotrigine | levetiracetam | valproate | phenytoin
carbamazepine | lithium | bupropion | trazodone | mirtazapine | buspirone | hydroxyzine
sertraline | citalopram | escitalopram | fluoxetine | paroxetine | venlafaxine | duloxetine
quetiapine | olanzapine | risperidone | aripiprazole | haloperidol | clozapine | ziprasidone
methylphenidate | amphetamine | lisdexamfetamine | atomoxetine | donepezil | memantine
carbidopa | levodopa | ropinirole | pramipexole | baclofen | cyclobenzaprine | methocarbamol
tizanidine | tramadol | oxycodone | hydrocodone | morphine | hydromorphone | fentanyl | codeine
buprenorphine | methadone | naltrexone | naloxone | suboxone | ketorolac | meloxicam | diclofenac
celecoxib | indomethacin | colchicine | allopurinol | febuxostat | methotrexate | leflunomide
hydroxychloroquine | sulfasalazine | azathioprine | mycophenolate | tacrolimus | cyclosporine
cyclophosphamide | prednisone | methylprednisolone | dexamethasone | triamcinolone | clobetasol
mometasone | betamethasone | tretinoin | isotretinoin | nitrofurantoin | macrobid | bactrim
trimethoprim | sulfamethoxazole | augmentin | clavulanate | cefdinir | cephalexin | cefazolin
ceftriaxone | cefepime | vancomycin | gentamicin | tobramycin | piperacillin | zosyn | meropenem
linezolid | clindamycin | metronidazole | tamiflu | paxlovid | nystatin | permethrin | ivermectin
mupirocin | ondansetron | promethazine | metoclopramide | sucralfate | lactulose | rifaximin
dicyclomine | tamsulosin | finasteride | oxybutynin | mirabegron | sildenafil | tadalafil
estradiol | estrogen | progesterone | contraceptive | oral contraceptive | birth control pill
oral contraceptives | letrozole | tamoxifen | anastrozole | alendronate | denosumab | epinephrine
epipen | montelukast | benzonatate | latanoprost | timolol | antibiotic | antibiotics | pressors
vasopressors | norepinephrine | anticoagulation | anticoagulant | antihypertensive | statin
beta blocker | ace inhibitor | diuretic | diuretics | diuresis | chemotherapy | immunotherapy
biologic | antidepressant | antidepressants | ssri | antipsychotic | antiepileptic | antiviral
antivirals | triptan | testosterone injections | varenicline | chantix | nicotine inhaler
ear drops antibiotic | antibiotic drops | eye drops antibiotic | muscle relaxant | opioid
opioids | potassium chloride | iv potassium | iv magnesium | iv iron | iron infusion | dapsone
levodopa | phentermine | semaglutide | ozempic | wegovy | mounjaro | tpa | alteplase | entresto
nitrates | hydrocortisone iv | rituximab | entecavir | antiretroviral | antiretrovirals | haart
prescription | rx | refill | refills | refilled | prescribed | medication adjustment | e prescribed
current medications | current regimen | medication regimen | home medications | medications
current meds | same medications | meds | medication
lasix | crestor | norvasc | cozaar | bumex | coumadin | lipitor | zocor | glucophage | zoloft
prozac
lexapro | celexa | cymbalta | effexor | wellbutrin | xanax | ativan | klonopin | valium | ambien
synthroid | protonix | nexium | singulair | ventolin | proventil | flovent | spiriva | lantus
humalog
novolog | januvia | jardiance | farxiga | trulicity | eliquis | xarelto | plavix | toprol
lopressor
coreg | diovan | benicar | zestril | prinivil | neurontin | lyrica | topamax | keppra | lamictal
depakote | seroquel | abilify | zyprexa | adderall | ritalin | vyvanse | concerta | aricept
namenda
percocet | norco | vicodin | ultram | mobic | voltaren | celebrex | flexeril | robaxin | zanaflex
humira | enbrel | plaquenil | fosamax | prolia | viagra | cialis | flomax | proscar | zithromax
z pak
levaquin | cipro | keflex | amoxil | omnicef | rocephin | flagyl | diflucan | valtrex | zofran
reglan
lucentis | eylea | avastin | tegretol | naprosyn | unithroid | prilosec rx | depo provera | toradol
medrol dosepak | medrol | kenalog | imitrex | maxalt | tresiba | victoza | aldactone | hyzaar
""",
        ),
        *_drugs(
            OVER_COUNTER,
            """
ibuprofen | acetaminophen | tylenol | advil | motrin | naproxen otc | aleve | aspirin | nsaids
nsaid | loratadine | cetirizine | fexofenadine | diphenhydramine | benadryl | antihistamine
antihistamines | guaifenesin | dextromethorphan | pseudoephedrine | decongestant | decongestants
saline nasal spray | saline spray | antacid | antacids | famotidine | tums | loperamide
bismuth | simethicone | polyethylene glycol | miralax | docusate | senna | psyllium | fiber
hydrocortisone cream | bacitracin | antibiotic ointment | neosporin | calamine | zinc oxide
clotrimazole | miconazole | terbinafine cream | antifungal cream | artificial tears
lubricating drops | lidocaine patch | topical lidocaine | melatonin | vitamin d supplement
vitamins | multivitamin | iron supplement | otc | over the counter | nicotine patch | nicotine gum
cough syrup | lozenges | flonase otc | debrox | emollient | moisturizer | hydrocortisone 1 cream
analgesics | oral rehydration | salicylic acid | benzoyl peroxide | ferrous sulfate | supplement
""",
        ),
    ]
)
# Names made by the rules that the councils for drug names follow.
_STEM = re.compile(
    r"(?:pril|sartan|statin|olol|dipine|cillin|mycin|floxacin|conazole|prazole|triptan|gliptin|"
    r"gliflozin|glutide|mab|umab|cycline|azepam|zolam|oxetine|triptyline|ipramine|vir|xaban|"
    r"parin|thiazide|semide|terol|asone|isone|olone|onide|tinib|glitazone|setron|lukast|dronate|"
    r"cept|gepant|racetam|idone|apine|afil|oxacin|penem|cef\w+|tidine|trexate|platin|taxel)$"
)
_NO_DRUG = frozenset(("cholesterol", "except", "accept", "concept", "intercept", "povidone"))
_OVER_COUNTER_STEM = frozenset(("famotidine", "ranitidine", "omeprazole", "esomeprazole"))
# What is said of drugs as a whole manages them only if it is done to them.
_LOOSE = frozenset(
    (
        "medication",
        "medications",
        "meds",
        "current medications",
        "current meds",
        "same medications",
        "home medications",
        "current regimen",
        "medication regimen",
        "prescription",
        "anticoagulation",
        "opioid",
        "opioids",
    )
)
_MANAGING = frozenset(
    (
        "continue",
        "continued",
        "start",
        "started",
        "increase",
        "increased",
        "decrease",
        "refill",
        "decreased",
        "change",
        "changed",
        "adjust",
        "adjusted",
        "switch",
        "stop",
        "stopped",
        "hold",
        "resume",
        "titrate",
        "taper",
        "prescribe",
        "prescribed",
        "refilled",
        "renew",
        "renewed",
        "manage",
        "managed",
        "reduce",
        "reduced",
        "add",
        "added",
        "discontinue",
        "continuing",
        "sent",
        "given",
        "initiate",
        "initiated",
        "prescribing",
        "discontinued",
    )
)
RAISED: Terms[str] = _terms(
    "increase | uptitrate | up titrate | titrate up | add | escalate | intensify | step up"
)


def find_drugs(sentence: Sentence) -> list[Hit[str]]:
    """Find drugs that something is done with, each with whether it needs a prescription."""
    tokens = sentence.tokens
    hits = [*_DRUGS.find(tokens)]
    tested = {place for hit in TESTS.find(tokens) for place in range(hit.first, hit.last + 1)}
    hits = [hit for hit in hits if hit.payload == PRESCRIPTION or hit.first not in tested]
    taken = {place for hit in hits for place in range(hit.first, hit.last + 1)}
    hits += [hit for hit in _by_stem(sentence) if hit.first not in taken]
    managing = any(token.text.lower() in _MANAGING for token in tokens)
    found = []
    for hit in sorted(hits, key=lambda hit: hit.first):
        named = " ".join(token.text.lower() for token in tokens[hit.first : hit.last + 1])
        if (named in _LOOSE and not managing) or is_undone(sentence, hit, frozenset(taken)):
            continue
        found.append(_as_sold(sentence, hit))
    return found


def _by_stem(sentence: Sentence) -> Iterator[Hit[str]]:
    for place, token in enumerate(sentence.tokens):
        name = token.text.lower()
        if len(name) > 5 and name not in _NO_DRUG and _STEM.search(name):
            kind = OVER_COUNTER if name in _OVER_COUNTER_STEM else PRESCRIPTION
            yield Hit(place, place, kind)


def _as_sold(sentence: Sentence, hit: Hit[str]) -> Hit[str]:
    """Let the note's own "OTC" or "prescription" beside a name decide how it is had."""
    near = {t.text.lower() for t in sentence.tokens[max(0, hit.first - 3) : hit.last + 4]}
    if hit.payload == PRESCRIPTION and near & {"otc", "counter"}:
        return Hit(hit.first, hit.last, OVER_COUNTER)
    if hit.payload == OVER_COUNTER and near & {"prescribed", "rx", "prescription", "800"}:
        return Hit(hit.first, hit.last, PRESCRIPTION)
    return hit


TOXIC: Terms[str] = _terms(
    """
methotrexate | cyclophosphamide | azathioprine | mycophenolate | tacrolimus | cyclosporine
lithium | clozapine | amiodarone | digoxin | vancomycin | gentamicin | tobramycin | amikacin
amphotericin | chemotherapy | cisplatin | carboplatin | doxorubicin | paclitaxel | leflunomide
rituximab | immunotherapy | checkpoint inhibitor | isotretinoin | valproate | phenytoin
carbamazepine | cytotoxic | 5 fluorouracil | capecitabine | hydroxyurea | mercaptopurine
dofetilide
folfox | pembrolizumab | nivolumab | natalizumab | deferasirox | colistin | flucytosine
"""
)
CONTROLLED: Terms[str] = _terms(
    """
morphine | hydromorphone | dilaudid | fentanyl | meperidine | ketamine | lorazepam | ativan
midazolam | versed | diazepam | phenobarbital | opioid | opioids | narcotic | narcotics
"""
)
PARENTERAL = frozenset(
    (
        "iv",
        "im",
        "sc",
        "sq",
        "pca",
        "drip",
        "infusion",
        "intravenous",
        "parenteral",
        "subcutaneous",
        "intramuscular",
        "bolus",
        "push",
        "ivp",
    )
)
MAJOR: Terms[str] = _terms(
    """
knee replacement | total knee arthroplasty | tka | hip replacement | total hip arthroplasty | tha
arthroplasty | joint replacement | cholecystectomy | hysterectomy | appendectomy | colectomy
cabg | bypass surgery | coronary bypass | valve replacement | spinal fusion | laminectomy
mastectomy | lumpectomy | thyroidectomy | prostatectomy | nephrectomy | craniotomy | splenectomy
hernia repair | herniorrhaphy | bowel resection | resection | laparotomy | exploratory laparotomy
laparoscopy | carotid endarterectomy | aneurysm repair | amputation | cesarean | c section | orif
open reduction | rotator cuff repair | acl reconstruction | transplant | bariatric surgery
gastric bypass | sleeve gastrectomy | whipple | esophagectomy | lobectomy | thoracotomy
internal fixation | hip fracture repair | surgery | operation | major surgery | surgical repair
operative repair | surgical intervention | detorsion | salpingectomy | oophorectomy | fasciotomy
emergency surgery | ex lap | operative intervention | surgical fixation
cystectomy | parathyroidectomy | fundoplication | discectomy
"""
)
MINOR: Terms[str] = _terms(
    """
biopsy | skin biopsy | punch biopsy | shave biopsy | excision | incision and drainage | i d
laceration repair | suture repair | joint injection | steroid injection | cortisone injection
intra articular injection | knee injection | cyst removal | mole removal | lesion removal
toenail removal | nail avulsion | cryotherapy | minor surgery | minor procedure | iud insertion
trigger point injection | carpal tunnel release | trigger finger release | vasectomy | debridement
foreign body removal | colonoscopy | endoscopy | egd | sutures placed | sutured | drainage
aspiration | arthrocentesis | paracentesis | thoracentesis | lumbar puncture | cardioversion
bronchoscopy
mohs surgery | minor surgical procedure
"""
)
LOW_RISK: Terms[str] = _terms(
    """
physical therapy | occupational therapy | pt referral | referral | refer | referred | brace | splint
sling | crutches | iv fluids | normal saline | iv hydration | compression stockings | consult placed
orthotics | cast | counseling referral | cognitive behavioral therapy | cbt | psychotherapy
walking boot | boot | dietitian referral | nutrition referral | heel lifts | wrist splint
sutured | laceration repaired | wound closure | skin glue | dermabond | staples | physiotherapy
"""
)
