"""Numbers in English words."""

import re

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number_in_words(number: int) -> str:
    """Write a whole number from 0 to 999,999 in words, such as "one hundred and five"; other numbers stay digits."""
    if not 0 <= number < 1_000_000:
        return str(number)
    if number < 20:
        return _SMALL[number]
    for size, name, separator in ((1000, " thousand", " "), (100, " hundred", " and ")):
        if number >= size:
            return number_in_words(number // size) + name + _remainder(number % size, separator)
    return _TENS[number // 10] + _remainder(number % 10, " ")


def digits_to_words(text: str) -> str:
    """Replace the digits in a text by words: "number 7" becomes "number seven"."""
    return re.sub(r"[0-9]+", lambda digits: number_in_words(int(digits[0])) if len(digits[0]) < 7 else digits[0], text)


def _remainder(number: int, separator: str) -> str:
    return separator + number_in_words(number) if number else ""
