"""The words of a statement in each language, one table for paper and screen."""

from collections.abc import Mapping

LANGUAGES = ("en", "es")

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Your bill from {practice}",
        "statement": "Statement",
        "date": "Date",
        "account": "Account",
        "to_pay": "What you owe now",
        "nothing": "You owe nothing now.",
        "happened": "What happened",
        "visit": "Visit on {day}",
        "visit_with": "Visit on {day} with {provider}",
        "charged": "We charged",
        "insurance_paid": "{payer} paid",
        "insurance": "Your insurance",
        "taken_off": "Taken off by agreement with your insurance",
        "taken_off_by": "Taken off by agreement with {payer}",
        "yours": "Your part",
        "you_paid": "You have paid",
        "given_up": "We took off for you",
        "owed": "Left to pay",
        "why": "Why this is yours",
        "deductible": "Deductible: what your plan has you pay first each year",
        "coinsurance": "Coinsurance: your plan pays a share and you pay the rest",
        "copay": "Copay: the fixed price your plan sets for a visit",
        "not_covered": "Your plan says that this part is not its to pay",
        "self_pay": "No insurance was billed for this visit",
        "returned": "A payment that came back unpaid, or was given back to you",
        "credit": "Your money that we hold",
        "waiting": "Not asked of you yet",
        "insurance_pending": "We are still waiting for your insurance. Do not pay this now.",
        "denial_open": "Your insurance refused this and we are working on it. Do not pay this now.",
        "disputed": "You told us that something is wrong. Do not pay this until we answer.",
        "plan": "Your payment plan",
        "instalment": "{cents} on {day}",
        "prompt": "Pay {cents} by {day} and the rest, {saved}, is taken off.",
        "how": "How to pay",
        "how_text": (
            "Call {phone}, or ask us for a link to look at this bill and pay on your phone."
        ),
        "wrong": "If something is wrong",
        "wrong_text": (
            "Call {phone}. While we look at it, we ask you for nothing. If the bill is hard to"
            " pay, ask about a payment plan or financial help."
        ),
        "estimate_text": (
            "If you have no insurance and this bill is {tolerance} or more above the estimate we"
            " gave you, you may dispute it within {days} days."
        ),
        "months": (
            "January February March April May June July August September October November December"
        ),
        "day": "{month} {day}, {year}",
    },
    "es": {
        "title": "Su cuenta de {practice}",
        "statement": "Estado de cuenta",
        "date": "Fecha",
        "account": "Cuenta",
        "to_pay": "Lo que debe ahora",
        "nothing": "No debe nada ahora.",
        "happened": "Qué pasó",
        "visit": "Visita del {day}",
        "visit_with": "Visita del {day} con {provider}",
        "charged": "Cobramos",
        "insurance_paid": "{payer} pagó",
        "insurance": "Su seguro",
        "taken_off": "Descontado por acuerdo con su seguro",
        "taken_off_by": "Descontado por acuerdo con {payer}",
        "yours": "Su parte",
        "you_paid": "Usted ha pagado",
        "given_up": "Le descontamos",
        "owed": "Queda por pagar",
        "why": "Por qué le toca a usted",
        "deductible": "Deducible: lo que su plan le hace pagar primero cada año",
        "coinsurance": "Coseguro: su plan paga una parte y usted paga el resto",
        "copay": "Copago: el precio fijo que su plan pone por una visita",
        "not_covered": "Su plan dice que esta parte no le toca pagarla",
        "self_pay": "No se cobró a ningún seguro por esta visita",
        "returned": "Un pago que volvió sin cobrarse, o que se le devolvió",
        "credit": "Dinero suyo que tenemos",
        "waiting": "Todavía no se le cobra",
        "insurance_pending": "Aún esperamos a su seguro. No pague esto ahora.",
        "denial_open": "Su seguro lo rechazó y lo estamos reclamando. No pague esto ahora.",
        "disputed": "Usted nos dijo que algo está mal. No pague esto hasta que respondamos.",
        "plan": "Su plan de pagos",
        "instalment": "{cents} el {day}",
        "prompt": "Pague {cents} hasta el {day} y se le descuenta el resto, {saved}.",
        "how": "Cómo pagar",
        "how_text": (
            "Llame al {phone}, o pídanos un enlace para ver esta cuenta y pagar en su teléfono."
        ),
        "wrong": "Si algo está mal",
        "wrong_text": (
            "Llame al {phone}. Mientras lo revisamos no le cobramos nada. Si le cuesta pagar,"
            " pregunte por un plan de pagos o por ayuda económica."
        ),
        "estimate_text": (
            "Si no tiene seguro y esta cuenta supera en {tolerance} o más el presupuesto que le"
            " dimos, puede disputarla en un plazo de {days} días."
        ),
        "months": (
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
            " diciembre"
        ),
        "day": "{day} de {month} de {year}",
    },
}
