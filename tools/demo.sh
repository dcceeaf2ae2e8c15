#!/usr/bin/env bash
# The main job from end to end, on data the program makes: generate, look, train three models, tune, compare; first on a table of
# numbers, then, where the program is built with networks, on pictures of digits ranked by size, half of them without any.
# Usage: tools/demo.sh PROGRAM FOLDER
set -euo pipefail
tagma=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"

step() { printf '\n\033[1m$ tagma %s\033[0m\n' "$*"; "$tagma" "$@"; }

step generate graded --out "$folder/data" --rows 20000 --labels 12 --features 40 --negatives 0.5 --seed 7
step info "$folder/data/train.svm"
for loss in bce any-class unimlr; do
    step train "$folder/data/train.svm" --valid "$folder/data/valid.svm" --loss "$loss" --out "$folder/$loss.tagma"
    step tune "$folder/$loss.tagma" "$folder/data/valid.svm" --rule label-thresholds
done
step report "$folder/bce.tagma" "$folder/any-class.tagma" "$folder/unimlr.tagma" "$folder/data/test.svm" \
    --title "tagma demo: graded labels, half of the rows without any" --out "$folder/report.html"
step predict "$folder/unimlr.tagma" "$folder/data/test.svm" --top 3 --out "$folder/predictions.jsonl"
head -3 "$folder/predictions.jsonl"
printf '\nThe page with the curves: %s\n' "$folder/report.html"

if [ ! -e "$(dirname "$tagma")/tagma_deep.so" ]; then
    printf '\nNetworks are not in this build (Debian package libtorch-dev); the part on pictures is left out.\n'
    exit 0
fi
step generate ranked-digits --out "$folder/digits" --rows 4000 --size 48 --digits_most 5 --negatives 0.5 --seed 7
step info "$folder/digits/train.jsonl"
for loss in bce any-class unimlr; do
    step train "$folder/digits/train.jsonl" --valid "$folder/digits/valid.jsonl" --learner cnn --learner.epochs 12 --loss "$loss" \
        --out "$folder/digits-$loss.tagma"
    step tune "$folder/digits-$loss.tagma" "$folder/digits/valid.jsonl" --rule label-thresholds
done
step report "$folder/digits-bce.tagma" "$folder/digits-any-class.tagma" "$folder/digits-unimlr.tagma" "$folder/digits/test.jsonl" \
    --title "tagma demo: digits ranked by size, half of the pictures without any" --out "$folder/digits.html"
printf '\nThe page on pictures: %s\n' "$folder/digits.html"
