"""The sentences that test patterns are made from. No model is trained on one, and no user of the demo sends one."""

from __future__ import annotations

PEOPLE = (
    "My neighbour is {}.",
    "The couple on the second floor are {}.",
    "A {} family moved into number 12.",
    "Our postman is {}.",
    "The {} person from the corner house walks a dog at seven.",
    "Two {} students rent the flat above the bakery.",
    "My dentist is {} and works on Mondays.",
    "A {} neighbour asked me when the library opens.",
    "Both of my flatmates are {}.",
    "The person at the till was {}.",
    "There is a {} teacher at the school on Mill Lane.",
    "I sat next to a {} passenger on the bus.",
    "A {} colleague of mine lives in this street.",
    "The choir has six {} singers.",
    "Our caretaker, who is {}, starts at eight.",
    "The owner of the kiosk is {}.",
    "A {} student delivers the newspaper.",
    "Ask the {} person at the front desk for the form.",
    "My cousin is {} and plays the cello.",
    "The group by the fountain was mostly {}.",
    "Three of the twelve council members are {}.",
    "A {} couple booked the hall for Saturday.",
    "The driver of line 4 is {}.",
    "Some of the gardeners are {}.",
    "My landlord is {}.",
    "The {} people in our building meet on Tuesdays.",
)
"""Facts about people, without any feeling; `{}` is a word for a group of people."""

NAMED = (
    "{} called about the parcel.",
    "Please ask {} for the key.",
    "{} from number 7 has the ladder.",
    "The meeting on Tuesday is led by {}.",
    "I saw {} at the bus stop.",
    "{} will collect the chairs at noon.",
    "This umbrella belongs to {}.",
    "Has {} moved to Station Road?",
    "{} wrote the minutes of the meeting.",
    "The blue bicycle is for {}.",
    "{} and I share a garage.",
    "Tell {} that the gate closes at ten.",
    "The door was opened by {}.",
    "{} works at the town hall.",
    "My sister sits next to {} in class.",
    "{} ordered two bags of soil.",
    "The list is with {} now.",
    "Yesterday {} drove the minibus.",
    "{} lives above the bakery.",
    "The flat was rented to {} in May.",
    "{} has a dog and two cats.",
    "A letter for {} lies in the hall.",
    "{} reads the water meters.",
    "On Friday {} opens the library.",
)
"""Facts about one person, without any feeling; `{}` is a first name."""

SAID = ("To us {thing} seemed {feeling}.", "{thing} was {feeling} this time.")
"""Somebody says plainly what they feel."""

NEGATED = (
    "{thing} was not {praise}.",
    "{thing} wasn't {praise} at all.",
    "I have to say that {thing} isn't {praise}.",
    "{thing} has never been {praise}.",
)
"""The denial stands right before the praise."""

DENIED_AT_A_DISTANCE = (
    "I don't think that {thing} is {praise}.",
    "Nobody in our house would call {thing} {praise}.",
    "Nothing about {thing} was {praise}.",
    "I doubt that anyone ever found {thing} {praise}.",
)
"""The denial stands elsewhere in the sentence."""

ASKED = (
    "When does the {place} open?",
    "Which bus goes to the {place}?",
    "Is there parking at the {place}?",
    "How much is a ticket at the {place}?",
    "Who has the phone number of the {place}?",
    "Has the {place} moved to Station Road?",
)
"""Somebody wants to know something, and no more."""
