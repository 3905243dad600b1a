"""The coverages of a message: of a payer that is known here, beside those there are."""

from datetime import date

from cleanclaim.app.arrivals import Ground
from cleanclaim.app.feeds import translate
from cleanclaim.app.registering import CoverageCard, add_coverage
from cleanclaim.claims.parties import Address, PersonName, Sex, Subscriber
from cleanclaim.kernel.arrivals import Insurance
from cleanclaim.store.credentialing.models import Payer
from cleanclaim.store.patients.models import Coverage, Patient


def enter_coverages(
    ground: Ground, patient: Patient, insurances: tuple[Insurance, ...], day: date | None
) -> None:
    """Record the coverages that are new; one that contradicts those here waits for a person.

    A coverage without a first day begins on the day of the visit, else on the day it was told.
    """
    for place, insurance in enumerate(insurances, 1):
        where = f"coverage {place}"
        payer = _payer(ground, insurance)
        if payer is None:
            words = "no payer here has this number or name"
            ground.wait("COVERAGE.PAYER", where, words, "add the payer to the settings of the feed")
            continue
        theirs = Coverage.objects.of(ground.organization).filter(patient=patient)
        known = theirs.filter(payer=payer, member_id=insurance.member).first()
        if known is not None:
            ground.met("coverage", known.pk)
        elif (card := _card(ground, insurance, day, where)) is None:
            continue
        elif theirs.filter(rank=insurance.rank, ends_on__isnull=True).exists():
            words = "another coverage is asked in this turn"
            ground.wait(
                "COVERAGE.TURN", where, words, "end the other coverage, or change the order"
            )
        else:
            made = add_coverage(**ground.acting, patient=patient.pk, payer=payer, card=card)
            ground.met("coverage", made.pk)


def _payer(ground: Ground, insurance: Insurance) -> Payer | None:
    """Find a payer: as the settings say, else by its very identifier or name."""
    known = Payer.objects.of(ground.organization)
    told = translate(ground.settings.payers, insurance.payer, insurance.plan)
    if told:
        return known.filter(identifier=told).first()
    return (
        known.filter(identifier=insurance.payer).first()
        or known.filter(name__iexact=insurance.payer).first()
    )


def _card(
    ground: Ground, insurance: Insurance, day: date | None, where: str
) -> CoverageCard | None:
    subscriber = None
    if insurance.relationship != "18":
        insured = insurance.insured
        if not insurance.relationship or insured is None or not insured.last:
            words = "who is insured, or how the patient is related, is not told"
            ground.wait("COVERAGE.INSURED", where, words, "ask the sender, or record it by hand")
            return None
        home = insured.residence
        subscriber = Subscriber(
            PersonName(insured.last, insured.first, insured.middle),
            birth_on=insured.birth_on,
            sex=Sex(insured.sex),
            address=Address(home.line, home.city, home.state[:2], home.postal_code)
            if home.line
            else None,
        )
    return CoverageCard(
        member_id=insurance.member,
        starts_on=insurance.starts_on or day or ground.work.today,
        rank=min(max(insurance.rank, 1), 9),
        ends_on=insurance.ends_on,
        group_number=insurance.group,
        plan_name=insurance.plan[:60],
        relationship=insurance.relationship,
        subscriber=subscriber,
    )
