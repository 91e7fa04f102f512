"""Repacks the trigram model of libime for `transcribe.language_model`.

`python -m transcribe.language_model_source zh_CN.lm transcribe/data/mandarin.lm.npz` where `zh_CN.lm` is that of
Debian's `libime-data-language-model`. Layout: a KenLM binary, "quantised trie with Bhiksha-compressed pointers"
(Heafield, "KenLM: Faster and Smaller Language Model Queries", WMT 2011; lm/trie.cc, lm/bhiksha.cc, lm/quantize.hh).
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin, pinyin

from transcribe.language_model import LONGEST_WORD
from transcribe.sounds import toned

_MAGIC = b"mmap lm http://kheafield.com/code format version 5\n\0"
_QUANTISED_ARRAY_TRIE = 5
_COUNTS = 108
_VOCABULARY = 136
_NATURAL = float(np.log(10))


def repack(source: Path, target: Path) -> None:
    """Writes `target` from the KenLM binary `source`. Raises ValueError if it is not of the expected layout."""
    data = source.read_bytes()
    order, kind = struct.unpack_from("<I4xI", data, 88)
    if not data.startswith(_MAGIC) or (order, kind) != (3, _QUANTISED_ARRAY_TRIE):
        raise ValueError(f"{source}: not a trigram model in KenLM's quantised array trie")
    ones, twos, threes = struct.unpack_from("<3Q", data, _COUNTS)
    offset = _VOCABULARY + 8 * (ones + 1)
    probability_bits, backoff_bits = data[offset + 1], data[offset + 2]
    offset += 8
    bins = []
    for bits in (probability_bits, backoff_bits, probability_bits):
        bins.append(np.frombuffer(data, "<f4", 1 << bits, offset) * _NATURAL)
        offset += 4 << bits
    unigram = np.frombuffer(data, np.dtype([("log", "<f4"), ("backoff", "<f4"), ("next", "<u8")]), ones + 1, offset)
    offset += 16 * (ones + 2)
    word_bits = int(ones).bit_length()
    chopped = _chopped_bits(twos + 1, threes, data[offset + 1])
    inline = int(threes).bit_length() - chopped
    high = (threes >> inline) + 1
    high_starts = np.frombuffer(data, "<u8", high, (offset + 7) // 8 * 8 + 8)
    offset += 8 + 8 * high + 7
    width = word_bits + backoff_bits + probability_bits + inline
    start = 0
    middle = []
    for bits in (word_bits, backoff_bits, probability_bits, inline):
        middle.append(_field(data, offset, width, start, bits, twos + 1))
        start += bits
    pointer = ((np.searchsorted(high_starts, np.arange(twos + 1), side="right") - 1) << inline) | middle[3]
    offset += ((1 + twos) * width + 7) // 8 + 8
    width = word_bits + probability_bits
    farthest = _field(data, offset, width, 0, word_bits, threes)
    trigram = _field(data, offset, width, word_bits, probability_bits, threes)
    offset += ((1 + threes) * width + 7) // 8 + 8
    words = data[offset:].decode().split("\0")[:ones]
    if words[0] != "<unk>":
        raise ValueError(f"{source}: the words are not where they should be")
    # KenLM's trie runs backwards from the last word; ours forwards, as a sorted table.
    last = np.repeat(np.arange(ones), np.diff(unigram["next"].astype(np.int64)).astype(np.int64))
    first, pair_last = middle[0][:twos], last
    sorting = np.lexsort((pair_last, first))
    rank = {"pairs": first[sorting] * ones + pair_last[sorting]}
    ending = np.repeat(np.arange(twos), np.diff(pointer))
    context = np.searchsorted(rank["pairs"], farthest * ones + first[ending])
    tri_sorting = np.lexsort((pair_last[ending], context))
    packed: dict[str, Any] = {
        "words": np.frombuffer("\n".join(words).encode(), np.uint8),
        "unigram": (unigram["log"][:ones] * _NATURAL).astype(np.float16),
        "unigram_backoff": (unigram["backoff"][:ones] * _NATURAL).astype(np.float16),
        "bigram_bins": bins[0],
        "backoff_bins": bins[1],
        "trigram_bins": bins[2],
        "bigrams_per_word": np.bincount(first, minlength=ones).astype(np.uint32),
        "bigram": middle[2][:twos][sorting].astype(np.uint8),
        "bigram_backoff": middle[1][:twos][sorting].astype(np.uint8),
        "trigrams_per_bigram": np.bincount(context, minlength=twos).astype(np.uint16),
        "trigram": trigram[tri_sorting].astype(np.uint8),
    }
    packed |= _differences("second", first[sorting], pair_last[sorting])
    packed |= _differences("third", context[tri_sorting], pair_last[ending][tri_sorting])
    packed |= _readings(words)
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(target, **packed)


def _chopped_bits(entries: int, highest: int, most: int) -> int:
    """How many high bits of a pointer lie in the side table: as many as make the whole smallest."""
    required = int(highest).bit_length()
    sizes = [(highest >> (required - bits)) * 64 - entries * bits for bits in range(min(required, most) + 1)]
    return sizes.index(min(sizes))


def _field(data: bytes, base: int, width: int, start: int, bits: int, count: int) -> NDArray[np.int64]:
    """`count` numbers of `bits` bits, each `width` bits after the one before, the first at bit `start`."""
    position = np.arange(count, dtype=np.int64) * width + start
    source = np.frombuffer(data, np.uint8)
    byte = base + (position >> 3)
    found = np.zeros(count, np.uint64)
    for plane in range(8):
        found |= source[np.minimum(byte + plane, len(source) - 1)].astype(np.uint64) << np.uint64(8 * plane)
    shifted = (found >> (position & 7).astype(np.uint64)) & np.uint64((1 << bits) - 1)
    return shifted.astype(np.int64)


def _differences(name: str, group: NDArray[np.int64], numbers: NDArray[np.int64]) -> dict[str, Any]:
    steps = np.diff(numbers, prepend=0)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    steps[starts] = numbers[starts]
    return {f"{name}_{plane}": ((steps >> (8 * plane)) & 255).astype(np.uint8) for plane in range(3)}


def _readings(words: list[str]) -> dict[str, Any]:
    owners: list[int] = []
    codes: list[tuple[str, int]] = []
    for number, word in enumerate(words):
        if len(word) > LONGEST_WORD or not all("\u3400" <= character <= "\u9fff" for character in word):
            continue
        if len(word) == 1:
            readings = [[each] for each in pinyin(word, style=Style.TONE3, heteronym=True)[0]]
        else:
            readings = [lazy_pinyin(word, style=Style.TONE3)]
        for reading in readings:
            if len(reading) == len(word) and all(each[0].isascii() and each[0].isalpha() for each in reading):
                owners.append(number)
                codes += [toned(each) for each in reading]
    syllables = sorted({name for name, _ in codes})
    place = {name: number for number, name in enumerate(syllables)}
    return {
        "syllables": np.frombuffer("\n".join(syllables).encode(), np.uint8),
        "reading_word": np.array(owners, np.uint32),
        "reading_syllables": np.array([place[name] * 5 + tone for name, tone in codes], np.uint16),
    }


if __name__ == "__main__":
    repack(Path(sys.argv[1]), Path(sys.argv[2]))
