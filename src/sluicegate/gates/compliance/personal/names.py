"""What a field may hold, by its name alone: an advice, which a declaration overrules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

SPECIAL = frozenset(("health", "belief", "origin", "sexuality", "biometrics", "genetics", "union"))
"""What falls under Article 9(1) of the GDPR."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

# what it may hold, and the runs of words that say so; the first that fits counts
_WORDS = """
security code: cvv, cvv2, cvc, cvc2, cid code, csc, security code, card code, card verification, track data, track1,
  track2, pin block
password: password, passwd, password hash, secret, pin code
card: pan, card number, card no, cardnumber, credit card, creditcard, ccnum, cc number, primary account number
account: iban, bank account, account number, routing number, bic, swift
number of a person: ssn, social security, tax id, national id, passport, driver license, drivers license,
  personnummer, nhs number
health: diagnosis, diagnose, icd, icd10, medication, allergy, allergies, blood type, blood group, patient, medical,
  health, treatment, prescription, disability, symptom, symptoms, vaccination, insulin, pregnant
belief: religion, religious, faith, political, party membership, philosophy
origin: ethnicity, ethnic, race, racial
sexuality: sexual, sexuality, sexual orientation, sex life
biometrics: biometric, face print, iris, voice print, retina
genetics: genetic, genome, dna
union: union membership, trade union
e-mail: email, e mail, mail address, mailaddress, emailaddress
phone: phone, telephone, mobile, cell, msisdn, fax, phonenumber
birth date: birth, birthday, birthdate, dob, date of birth, born
name: first name, last name, full name, given name, family name, surname, firstname, lastname, fullname, middle name,
  maiden name, display name, username, user name, nickname
address: street, address, postcode, zip, zipcode, postal code, zip code, house number, city
place: latitude, longitude, geolocation, geo, gps, lat, lng, location
network address: ip, ip address, ipaddress, remote addr, mac address, user agent, device id, cookie
person: gender, sex, nationality, marital status, age, salary, income
"""


def _compiled() -> Iterator[tuple[str, re.Pattern[str]]]:
    for line in _WORDS.strip().replace("\n  ", " ").splitlines():
        what, _, words = line.partition(": ")
        yield what, re.compile(rf"(?:^| )(?:{'|'.join(words.split(', '))})s?(?: |$)")


_SAID = tuple(_compiled())


@lru_cache(maxsize=65_536)
def advised(name: str) -> str:
    """What a field of that name may hold; "" where the name says nothing."""
    words = " ".join(part.lower() for part in _PARTS.findall(name))
    return next((what for what, pattern in _SAID if pattern.search(words)), "")
