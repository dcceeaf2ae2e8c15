#!/usr/bin/python3
"""Writes tests/golden/tfidf.json: what scikit-learn's TfidfVectorizer makes of the same words.

Run: /usr/bin/python3 tests/reference/tfidf.py > tests/golden/tfidf.json
Words are found here by a regular expression on case-folded text in normal form C. Each case has the settings in tagma's
words, and its rows as {term: value}; pieces of words (scikit-learn's char_wb) bear a # in front.
"""
import json
import re
import unicodedata

from sklearn.feature_extraction.text import TfidfVectorizer

TEXTS = [
    "The quick brown fox jumps over the lazy dog. The dog sleeps!",
    "A quick dog, a quick cat; and the lazy fox...",
    "Größe und Straße: STRASSE, GRÖSSE und die größte Straße",
    "Äänekoski ja äänestys; sähköinen äänestys Äänekoskella",
    "Καλημέρα κόσμε, καλημέρα!  Привет, мир; привет мир",
    "Cafe\u0301 ou café? Le café est ouvert, l'été aussi.",
    "",
    "?!... --- \"\"",
    "dog dog dog dog dog dog dog dog dog cat 42 007 3.14",
    "naïve NAÏVE naive; the the the fox of 1999",
]


def folded(text):
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def words(text):
    return re.findall(r"[^\W_]+", folded(text))


CASES = [
    ({"weight": "log", "min_count": "1"}, dict(sublinear_tf=True)),
    ({"weight": "count", "min_count": "1"}, dict()),
    ({"weight": "binary", "min_count": "2"}, dict(binary=True, min_df=2)),
    ({"weight": "count", "idf": "false", "min_count": "1"}, dict(use_idf=False)),
    ({"weight": "log", "normalise": "false", "min_count": "1"}, dict(sublinear_tf=True, norm=None)),
    ({"weight": "log", "words": "1..2", "min_count": "1"}, dict(sublinear_tf=True, ngram_range=(1, 2))),
    ({"weight": "count", "words": "2..3", "min_count": "1"}, dict(ngram_range=(2, 3))),
    ({"weight": "log", "min_count": "2", "max_share": "0.25"}, dict(sublinear_tf=True, min_df=2, max_df=0.25)),
    ({"weight": "log", "words": "none", "pieces": "3..5", "min_count": "1"}, dict(sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5))),
    ({"weight": "count", "words": "none", "pieces": "1..2", "min_count": "2"}, dict(analyzer="char_wb", ngram_range=(1, 2), min_df=2)),
]


def main():
    cases = []
    for settings, options in CASES:
        pieces = options.get("analyzer") == "char_wb"
        vectorizer = TfidfVectorizer(preprocessor=lambda text: " ".join(words(text)), token_pattern=r"\S+", **options)
        matrix = vectorizer.fit_transform(TEXTS).tocsr()
        names = ["#" * pieces + name for name in vectorizer.get_feature_names_out()]
        rows = [{names[c]: matrix[r, c] for c in matrix[r].indices} for r in range(len(TEXTS))]
        cases.append({"settings": settings, "columns": len(names), "rows": rows})
    print(json.dumps({"texts": TEXTS, "cases": cases}, ensure_ascii=False, sort_keys=True, indent=0))


main()
