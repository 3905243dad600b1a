"""The words of the patient's pages in each language, beside those of the statement."""

from collections.abc import Mapping

PORTAL_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "enter_title": "Your bill",
        "enter_text": "To open it, tell us one thing that only you and we know.",
        "enter_label": "Your birth date (like 08/21/1984) or your 5-digit ZIP code",
        "enter": "Open my bill",
        "no_entry": (
            "That did not open it. The link may be used or too old, or the answer is wrong. After"
            " five wrong answers a link is closed; call us for a new one."
        ),
        "closed_title": "This visit has ended",
        "closed_text": (
            "For your safety a link opens once and a visit ends after 15 minutes without use."
            " Call the billing office for a new link."
        ),
        "other_language": "Español",
        "leave": "Close",
        "details": "Why is this mine?",
        "download": "Statement as PDF",
        "pay_all": "Pay {cents}",
        "pay_prompt": "Pay {cents} now and save {saved}",
        "pay_part": "Pay a part",
        "part_label": "How much now, in dollars",
        "part_help": "You can pay the rest later.",
        "continue": "Continue to card",
        "plan_offer": "Pay in monthly parts, without interest",
        "plan_choice": "{count} months, {cents} a month",
        "plan_first": "First payment on {day}",
        "plan_make": "Set up this plan",
        "plan_next": "Next: {cents} on {day}",
        "plan_pay": "Pay {cents} and let this card pay the coming parts",
        "wrong_title": "Something is wrong with this bill",
        "wrong_which": "Which visit",
        "wrong_all": "All of it",
        "wrong_about": "What is wrong",
        "about_not_mine": "This was not me",
        "about_insurance": "My insurance should pay this",
        "about_amount": "The amount is wrong",
        "about_already_paid": "I have paid this",
        "about_estimate": "It is more than your estimate",
        "about_other": "Something else",
        "wrong_words": "In your own words (you may leave this empty)",
        "wrong_send": "Send, and stop asking me for it",
        "no_cards": "To pay, call {phone}.",
        "card_title": "Practice card page",
        "card_text": (
            "This page stands in for a card processor. It moves no money; only the number for"
            " trying, 4242 4242 4242 4242, is taken."
        ),
        "card_label": "Card number",
        "card_pay": "Pay {cents}",
        "card_back": "Back without paying",
        "said_paid": "Thank you. Your payment of {cents} has arrived.",
        "said_declined": "The card was declined. Nothing was paid. You can try another card.",
        "said_plan": "Your plan is set up.",
        "said_dispute": "We have it. We ask you for nothing on it until we have answered.",
        "said_amount": "Type an amount between $1.00 and what you owe.",
        "said_refused": "That could not be done. Call us at {phone}.",
        "practice_only": "This is a made-up practice for trying things out.",
    },
    "es": {
        "enter_title": "Su cuenta",
        "enter_text": "Para abrirla, díganos algo que solo usted y nosotros sabemos.",
        "enter_label": "Su fecha de nacimiento (como 08/21/1984) o su código postal de 5 cifras",
        "enter": "Abrir mi cuenta",
        "no_entry": (
            "No se abrió. El enlace puede estar usado o vencido, o la respuesta no es correcta."
            " Tras cinco respuestas equivocadas el enlace se cierra; llámenos para tener otro."
        ),
        "closed_title": "Esta visita terminó",
        "closed_text": (
            "Por su seguridad, un enlace se abre una vez y la visita termina tras 15 minutos sin"
            " uso. Llame a la oficina de cobros para tener otro enlace."
        ),
        "other_language": "English",
        "leave": "Cerrar",
        "details": "¿Por qué me toca a mí?",
        "download": "Estado de cuenta en PDF",
        "pay_all": "Pagar {cents}",
        "pay_prompt": "Pagar {cents} ahora y ahorrar {saved}",
        "pay_part": "Pagar una parte",
        "part_label": "Cuánto ahora, en dólares",
        "part_help": "Puede pagar el resto después.",
        "continue": "Seguir a la tarjeta",
        "plan_offer": "Pagar por mes, sin intereses",
        "plan_choice": "{count} meses, {cents} al mes",
        "plan_first": "Primer pago el {day}",
        "plan_make": "Hacer este plan",
        "plan_next": "Siguiente: {cents} el {day}",
        "plan_pay": "Pagar {cents} y que esta tarjeta pague las partes que vienen",
        "wrong_title": "Algo está mal en esta cuenta",
        "wrong_which": "Cuál visita",
        "wrong_all": "Toda la cuenta",
        "wrong_about": "Qué está mal",
        "about_not_mine": "No fui yo",
        "about_insurance": "Mi seguro debe pagarlo",
        "about_amount": "La cantidad está mal",
        "about_already_paid": "Ya lo pagué",
        "about_estimate": "Es más que su presupuesto",
        "about_other": "Otra cosa",
        "wrong_words": "En sus palabras (puede dejarlo vacío)",
        "wrong_send": "Enviar, y que no me lo cobren",
        "no_cards": "Para pagar, llame al {phone}.",
        "card_title": "Página de práctica para tarjetas",
        "card_text": (
            "Esta página hace de procesador de tarjetas. No mueve dinero; solo acepta el número"
            " de prueba, 4242 4242 4242 4242."
        ),
        "card_label": "Número de tarjeta",
        "card_pay": "Pagar {cents}",
        "card_back": "Volver sin pagar",
        "said_paid": "Gracias. Llegó su pago de {cents}.",
        "said_declined": "La tarjeta fue rechazada. No se pagó nada. Puede probar con otra.",
        "said_plan": "Su plan está hecho.",
        "said_dispute": "Lo recibimos. No le cobramos nada de eso hasta que respondamos.",
        "said_amount": "Escriba una cantidad entre $1.00 y lo que debe.",
        "said_refused": "No se pudo hacer. Llámenos al {phone}.",
        "practice_only": "Esta es una clínica inventada para hacer pruebas.",
    },
}
