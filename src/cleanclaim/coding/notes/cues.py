"""The words by which a sentence denies, doubts, supposes or tells of somebody else.

The list is our own, after the idea of NegEx: a cue holds for what stands behind it or before
it, to the end of the clause. What is only "probable", "suspected" or "to be ruled out" is not
coded for outpatients (ICD-10-CM Official Guidelines, section IV.H).
"""

import re
from enum import StrEnum


class Cue(StrEnum):
    """What a cue makes of a mention."""

    NEGATED = "negated"
    UNCERTAIN = "uncertain"
    HYPOTHETICAL = "hypothetical"
    FAMILY = "family"
    HISTORY = "history"


def _cues(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


_KIN = (
    r"(?:(?:grand|step|half[- ]?|great[- ]?(?:grand)?)?(?:mother|father|parents?|"
    r"brothers?|sisters?|"
    r"siblings?|sons?|daughters?|mom|mum|dad|aunts?|uncles?|cousins?|nieces?|nephews?)|"
    r"(?:maternal|paternal)(?: side)?|relatives?|family|families|wife|husband|spouse|partner|"
    r"girlfriend|boyfriend|roommates?|coworkers?|co-workers?|friends?|neighbou?rs?|twin)"
)
# Words that look like a cue and are none, or that say the opposite.
FALSE_CUES = _cues(
    r"no (?:significant |further |interval |acute )?(?:change|improvement|increase|"
    r"longer than)\b[^,.;]*",
    r"not (?:only|just|well[- ]controlled|controlled|improv\w+|respond\w*|compliant|adherent|"
    r"tolerat\w+|resolv\w+|at goal|optimally|adequately|healing|better|sure whether)",
    r"non[- ]?(?:healing|compliant)",
    r"without (?:any )?(?:difficulty|complications?|issues?|improvement|relief|change)",
    r"no (?:known )?(?:drug |medication )?allergies",
    r"family (?:physician|medicine|practice|doctor|planning|practitioner|meeting)",
    r"(?:is|was|are) not (?:a )?(?:surprise|doubt)\w*",
    r"if (?:not|so)\b",
    r"likely to (?:benefit|need|require)",
)
# Kin who speak, bring or sit beside are not the ones who are ill.
SPEAKING_KIN = re.compile(
    rf"{_KIN}(?:,? (?:who|and))?,? (?:is |was |has |also |does )?(?:report\w*|"
    rf"state[sd]?|stating|sa(?:ys|id)|"
    rf"note[sd]|notic\w+|bring\w*|brought|accompan\w+|present|concerned|worried|tells?|told|"
    rf"describ\w+|denie[sd]|deny|mention\w*|feels?|thinks?|believ\w+|endors\w+|lives?|called|"
    rf"provid\w+|confirm\w*|observ\w+|agree\w*|understands?|asks?|asked)\b|"
    rf"(?:accompanied by|brought (?:in )?by|lives with|with|according to|per) (?:his |"
    rf"her |their |the )?{_KIN}\b",
    re.IGNORECASE,
)
KIN = re.compile(rf"(?<!\w){_KIN}(?!\w)|\bf(?:am)?hx?\b|\bruns in\b", re.IGNORECASE)

BEFORE: dict[Cue, re.Pattern[str]] = {
    Cue.NEGATED: _cues(
        r"no",
        r"not",
        r"non",
        r"none of",
        r"nor",
        r"neither",
        r"never",
        r"den(?:y|ies|ied|ying)",
        r"without",
        r"w/o",
        r"negative (?:for|in)",
        r"neg for",
        r"free (?:of|from)",
        r"absence of",
        r"absent",
        r"lack(?:s|ing)? (?:of )?",
        r"cannot (?:see|find)",
        r"(?:is|are|was|were|does|do|did|has|have|had)n['’]t",
        r"rul(?:e[sd]?|ing) out",
        r"r/o(?:'d)?",
        r"exclud(?:e[sd]?|ing)",
        r"fails? to (?:reveal|show)",
        r"unlikely",
        r"improbable",
        r"doubt(?:ful)?",
        r"resolved",
        r"rather than",
        r"instead of",
        r"argues? against",
        r"unremarkable for",
        r"\(-\)(?: for)?",
    ),
    Cue.UNCERTAIN: _cues(
        r"possib(?:le|ly|ility)(?: of)?",
        r"probabl[ey]",
        r"presum(?:ed|ably|ptive|ptively)",
        r"(?:most |very |more )?likely",
        r"suspect(?:s|ed|ing)?",
        r"suspicio(?:n|us)(?: for| of)?",
        r"concern(?:s|ed|ing)?(?: for| of| about| that)",
        r"questionable",
        r"question of",
        r"consistent with",
        r"compatible with",
        r"suggest(?:s|ing|ive)?(?: of)?",
        r"indicati(?:ve|ng)(?: of)?",
        r"versus",
        r"vs\.?",
        r"differential(?: diagnos[ei]s)?",
        r"ddx",
        r"(?:could|may|might) (?:be|represent|have|reflect|indicate)",
        r"(?:appears?|seems?) to (?:be|have)",
        r"working diagnosis",
        r"(?:cannot|can't|can not|unable to) (?:be )?(?:exclude|rule out|ruled out|excluded)",
        r"(?:to )?(?:evaluat\w+|assess|check|test(?:ed|ing)?|work[- ]?up|investigat\w+|"
        r"look(?:ing)?) for",
        r"workup of",
        r"equivocal(?: for)?",
        r"uncertain",
        r"perhaps",
        r"maybe",
        r"apparent(?:ly)?",
        r"believed? to be",
        r"thought to be",
        r"provisional",
        r"pending",
    ),
    Cue.HYPOTHETICAL: _cues(
        r"if",
        r"unless",
        r"should (?:he|she|they|you|the patient|this|it|any|symptoms?|there|signs?)",
        r"in (?:the )?(?:case|event)(?: of| that)?",
        r"(?:at|high|low|increased|elevated|moderate|the|any|potential|reduced?|lower|whose)? ?"
        r"risks?(?: factors?)?(?: of| for| include)?",
        r"prevent(?:s|ed|ing|ion)?(?: of)?",
        r"prophyla(?:xis|ctic)(?: for| against)?",
        r"(?:to )?avoid(?:ing)?",
        r"(?:watch|monitor(?:ing)?|look out|observe|check|alert|vigilant|precautions) for",
        r"(?:signs?|symptoms?|warnings?)(?: and symptoms?)? of",
        r"would",
        r"(?:could|might|may|can) (?:develop|cause|lead|result|progress|become|precipitate|trigger|"
        r"worsen|occur|include|get|turn)",
        r"screen(?:ed|ing|s)?(?: test)?(?: for)?",
        r"(?:vaccin\w+|immuni[sz]\w+|protect(?:s|ion|ed)?)(?: shot)?(?: for| against)",
        r"(?:return|call|come back|go to)\b[^.;]{0,40}?\b(?:for|with|if)",
        r"(?:educated|counsel(?:l?ed|l?ing|s)?|instructed|warned|advised|discussed|education|cautioned)"
        r" (?:him |her |them |the patient |patient )?(?:about|on|regarding|of)",
        r"complications? (?:such as|like|including|include)",
        r"side effects?(?: of| such as| including| include)?",
        r"adverse effects? (?:such as|including)",
        r"in order to",
        r"until",
        r"whether",
        r"fear(?:s|ed|ful)? (?:of|that)",
        r"worr(?:y|ied|ies) (?:about|of|that)",
        r"read about",
        r"asked? about",
        r"research on",
        r"when(?:ever)? (?:he|she|they|you) (?:get|develop)s?",
        r"future",
        r"potential(?:ly)?(?: for)?",
        r"chances? of",
    ),
    Cue.HISTORY: _cues(
        r"(?:past |prior |previous |remote |personal |"
        r"known )?(?:medical )?history (?:of|significant for|is)",
        r"h/o",
        r"hx(?: of)?",
        r"s/p",
        r"status[- ]post",
        r"prior",
        r"previous(?:ly)?",
        r"former(?:ly)?",
        r"post",
        r"history",
    ),
}
BEHIND: dict[Cue, re.Pattern[str]] = {
    Cue.NEGATED: _cues(
        r"(?:has been |have been |had been |was |is |were |are |being )?(?:ruled|r/o'?d) out",
        r"(?:has been |was |is |were |are )?excluded",
        r"(?:is |was |are |were |seems? |appears? |highly |very |thought )*unlikely",
        r"(?:is |was |are |were )?(?:not (?:seen|present|found|identified|noted|suspected|likely|"
        r"visuali[sz]ed|demonstrated|detected|evident|appreciated|confirmed|supported|diagnosed))",
        r"(?:is |was |are |were |test(?:ed|s|ing)? |screen(?:ing)? |came back |returned )*negative",
        r"(?:is |was |are |were )?absent",
        r"(?:has |have |had )?(?:now |since |fully |completely )?resolved",
        r"(?:is |was |are |were )?denied",
        r"(?:was|is|were|are|does|do|did|has)(?: not|n['’]t)",
        r"less likely",
    ),
    Cue.UNCERTAIN: _cues(
        r"(?:is |was |are |were |remains? )?(?:suspected|possible|probable|likely|questionable|"
        r"considered|in the differential|uncertain|unclear|a (?:consideration|"
        r"possibility|concern))",
        r"cannot be (?:excluded|ruled out)",
        r"(?:should|needs? to|must|to|will) be (?:ruled out|excluded|considered)",
        r"versus",
        r"vs\.?",
        r"work[- ]?up",
        r"(?:test|screen)(?:s|ing|ed)? (?:is |are )?(?:pending|ordered)",
        r"pending",
    ),
    Cue.HYPOTHETICAL: _cues(
        r"(?:prevention|prophylaxis|screening|screen|precautions|vaccine|vaccination|risk|education|"
        r"awareness|shot|immuni[sz]ation)",
        r"(?:occurs?|develops?|worsens|arises?|happens|recurs)",
        r"(?:could|may|might|would) (?:occur|develop|happen|follow|result|be)",
    ),
}
# Answers right behind a mention, as lists of questions have them: "Asthma: no".
ANSWERED = {
    Cue.NEGATED: re.compile(
        r"\s*(?:[:=–—]|\s-)\s*(?:no|none|neg|negative|denie[sd]|absent|n)(?!\w)|\s*\(-\)|\s-(?=\s*$)",
        re.IGNORECASE,
    ),
    Cue.UNCERTAIN: re.compile(r"\s*\(?\?\)?"),
}
# Where the reach of a cue ends.
ENDS = re.compile(
    r"[;.!?](?=\s|$)|\n|\s[–—-]{1,2}\s|(?<!\w)(?:but|however|although|though|except|"
    r"apart from|aside from|other than|"
    r"which|who (?:presents?|is here)|presents?|presenting|nevertheless|yet|still|instead|"
    r"secondary to|due to|because|and (?:now|is|has|was|does|reports?|endorses|"
    r"presents?|continues?|"
    r"(?:he|she|they|the patient|patient|i|we)\b)|(?:he|she|they|the patient|"
    r"patient) (?:does |also |now )?"
    r"(?:has|have|report\w*|endors\w*|is|was|presents?|complains?|continues?|admits?|states?)|"
    r"(?:is |are |was |were )?positive for|endorses|admits|reports|here for|"
    r"on (?:the other hand|exam))(?!\w)",
    re.IGNORECASE,
)
