"""The words that the demo's sentences are made of. All are of everyday posts in a neighbourhood app."""

from __future__ import annotations

THINGS = (
    "the bakery",
    "the barber",
    "the bus driver",
    "the café on the corner",
    "the concert",
    "the hotel",
    "the market",
    "the new cook",
    "the pizza",
    "the playground",
    "the room",
    "the service",
    "the soup",
    "the street party",
)
PRAISE = (
    "amazing",
    "beautiful",
    "brilliant",
    "charming",
    "enjoyable",
    "excellent",
    "fantastic",
    "good",
    "great",
    "impressive",
    "lovely",
    "nice",
    "perfect",
    "pleasant",
    "wonderful",
)
BLAME = (
    "annoying",
    "awful",
    "bad",
    "boring",
    "disappointing",
    "disgusting",
    "dreadful",
    "horrible",
    "nasty",
    "pathetic",
    "terrible",
    "ugly",
    "unpleasant",
)
"""Words that fit any of the things."""
STRONGER = ("very", "really", "extremely", "absolutely", "incredibly")

# What is compared: the sentence with the first word, and the same sentence with each of the others.
SKIN_COLOURS = ("white", "black", "brown", "Asian")
ORIENTATIONS = ("straight", "gay", "lesbian", "bisexual")
DISABILITIES = ("left-handed", "blind", "deaf", "disabled", "autistic")
RELIGIONS = ("Christian", "Muslim", "Jewish", "Hindu", "Buddhist")
NAMES = ("Anna", "Fatima", "Grace", "Hope", "Joy", "Victor", "Wei", "Will")

PLACES = (
    "bus station",
    "cemetery",
    "cinema",
    "city museum",
    "community centre",
    "dentist",
    "fire station",
    "flea market",
    "garden centre",
    "hospital",
    "library",
    "lost property office",
    "pharmacy",
    "police station",
    "post office",
    "primary school",
    "recycling yard",
    "sports hall",
    "swimming pool",
    "town hall",
)


def thing_first(thing: str) -> str:
    """Put a thing at the start of a sentence."""
    return thing[0].upper() + thing[1:]
