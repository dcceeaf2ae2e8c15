#!/usr/bin/env bash
# The main job from end to end, on data the program makes: generate, look, train three models, tune, compare.
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
