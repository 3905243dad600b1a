"""Whom a message is about: found by the sender's numbers, registered when new, never guessed."""

from cleanclaim.app.access import access_patient
from cleanclaim.app.arrivals import Ground
from cleanclaim.app.merging import MergeRefusedError, merge_patients, survivor_of
from cleanclaim.app.registering import Registration, register_patient
from cleanclaim.claims.parties import Address, PersonName, Sex
from cleanclaim.kernel.arrivals import Arrival, Person, Residence
from cleanclaim.store.patients.models import Patient


def enter_person(ground: Ground, person: Person) -> tuple[Patient, Patient] | None:
    """Give the account that goes on and the one that the numbers name; None: a person decides.

    A sender's number that is known names its account. An unknown one with the name and birth
    date of an account here waits: only a person may say that they are one.
    """
    known = ground.known("patient", person.numbers)
    named = {row.patient_id: row.patient for row in known}
    survivors = {pk: survivor_of(pk, organization=ground.organization) for pk in named}
    if len(set(survivors.values())) > 1:
        words = "the numbers belong to two accounts here"
        ground.wait("PATIENT.TWO", "patient", words, "merge the accounts, or correct the sender")
        return None
    if not named:
        account = _register(ground, person)
        return None if account is None else (account, account)
    direct = next(iter(named.values()))
    account = access_patient(survivors[direct.pk], organization=ground.organization)
    if not _amend(ground, account, person):
        return None
    _remember(ground, person, direct)
    ground.met("patient", account.pk)
    return account, direct


def _remember(ground: Ground, person: Person, account: Patient) -> None:
    known = {(row.authority, row.value) for row in ground.known("patient", person.numbers)}
    for number in person.numbers:
        if (number.authority[:200], number.value[:200]) not in known:
            ground.number("patient", number, account)


def _register(ground: Ground, person: Person) -> Patient | None:
    if not person.last and person.birth_on is None:
        words = "no account here has this number"
        ground.wait("PATIENT.UNKNOWN", "patient", words, "import the patient first")
        return None
    if not person.last or person.birth_on is None:
        words = "the last name or the whole birth date is missing"
        ground.wait("PATIENT.INCOMPLETE", "patient", words, "ask the sender, or register by hand")
        return None
    if not ground.new_person and (twins := _twins(ground, person)):
        ground.made["candidate"] = [twin.pk for twin in twins]
        words = "an account here has the same name and birth date"
        ground.wait("PATIENT.MAYBE_KNOWN", "patient", words, "say whether they are one person")
        return None
    registration = Registration(
        PersonName(person.last, person.first, person.middle),
        person.birth_on,
        Sex(person.sex),
        _address(person.residence),
        person.phone,
    )
    account = register_patient(**ground.acting, registration=registration)
    _remember(ground, person, account)
    ground.met("patient", account.pk)
    return account


def _twins(ground: Ground, person: Person) -> list[Patient]:
    if person.birth_on is None:
        return []
    rows = Patient.objects.of(ground.organization).filter(
        last_name__iexact=person.last, first_name__iexact=person.first, birth_on=person.birth_on
    )
    return list(rows.order_by("pk")[:10])


def _address(residence: Residence) -> Address:
    return Address(
        line=residence.line,
        city=residence.city,
        state=residence.state[:2],
        postal_code=residence.postal_code,
        second_line=residence.second_line,
    )


def _amend(ground: Ground, account: Patient, person: Person) -> bool:
    """Take in what changed; another name together with another birth date is another person."""
    if not person.last:
        return True
    other_name = person.last.casefold() != account.last_name.casefold()
    other_birth = person.birth_on is not None and person.birth_on != account.birth_on
    if other_name and other_birth:
        words = "the account of this number has another name and another birth date"
        ground.wait("PATIENT.OTHER", "patient", words, "ask the sender whose number it is")
        return False
    told = {
        "last_name": person.last,
        "first_name": person.first,
        "middle_name": person.middle,
        "birth_on": person.birth_on,
        "sex": "" if person.sex == "U" else person.sex,
        "phone": person.phone,
        "address": _residence_told(person.residence),
    }
    changed = {k: v for k, v in told.items() if v and v != getattr(account, k)}
    if changed:
        for name, value in changed.items():
            setattr(account, name, value)
        account.save(update_fields=list(changed))
        record = ("patient", account.pk)
        ground.work.tell("patient.amended", record, patient=account.pk, fields=sorted(changed))
    return True


def _residence_told(residence: Residence) -> dict[str, str] | None:
    if not residence.line and not residence.city:
        return None
    address = _address(residence)
    return {
        name: value
        for name in address.__struct_fields__
        if (value := getattr(address, name)) or name in {"line", "city"}
    }


def enter_merge(ground: Ground, arrival: Arrival) -> None:
    """Join the account of the prior number to the patient's; an unknown one is a further name."""
    found = enter_person(ground, arrival.person)
    if found is None:
        return
    survivor, _ = found
    prior = {row.patient_id for row in ground.known("patient", arrival.prior)}
    for number in arrival.prior if not prior else ():
        ground.number("patient", number, survivor)
    for gone in prior - {survivor.pk}:
        try:
            merge = merge_patients(
                organization=ground.organization,
                actor=ground.work.actor,
                at=ground.work.at,
                survivor=survivor.pk,
                merged=gone,
                reason="the sender merged the numbers",
                message=ground.message,
            )
        except MergeRefusedError:
            words = "the merged account is joined to another one here"
            ground.wait("PATIENT.MERGED", "patient", words, "undo that merge first")
        else:
            ground.met("merge", merge.pk)
