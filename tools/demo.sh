#!/usr/bin/env bash
# The main job from end to end, on data the program makes: generate, look, train three models, tune, compare. First on a table, then
# on pictures, where the program is built with LibTorch.
# Usage: tools/demo.sh PROGRAM FOLDER
set -euo pipefail
tagma=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder"

step() { printf '\n\033[1m$ tagma %s\033[0m\n' "$*"; "$tagma" "$@"; }

table=$folder/table
step generate graded --out "$table" --rows 20000 --labels 12 --features 40 --negatives 0.5 --seed 7
for loss in bce any-class unimlr; do
    step train "$table/train.svm" --valid "$table/valid.svm" --loss "$loss" --out "$table/$loss.tagma"
    step tune "$table/$loss.tagma" "$table/valid.svm" --rule label-thresholds
done
step report "$table/bce.tagma" "$table/any-class.tagma" "$table/unimlr.tagma" "$table/test.svm" \
    --title "tagma demo: graded labels, half of the rows without any" --out "$folder/table.html"
step predict "$table/unimlr.tagma" "$table/test.svm" --top 3 --out "$folder/predictions.jsonl"
head -3 "$folder/predictions.jsonl"

# Digits ranked by size; half of the canvases hold strokes that are no digit. No data is needed: the program draws its own.
digits=$folder/digits
step generate ranked-digits --out "$digits" --rows 4000 --size 48 --digits_most 5 --negatives 0.5 --seed 7
step generate ranked-digits --out "$digits/sequences" --rows 1000 --size 48 --set interpolation --grades factor --seed 7
for loss in bce any-class unimlr; do
    status=0
    step train "$digits/train.jsonl" --valid "$digits/valid.jsonl" --learner cnn --learner.epochs 12 --learner.batch 32 --learner.rate 0.003 --loss "$loss" \
        --out "$digits/$loss.tagma" || status=$?
    if [ "$status" = 5 ]; then
        printf '\nThis program is built without LibTorch, so there are no networks for pictures. The page of the table: %s\n' "$folder/table.html"
        exit 0
    fi
    [ "$status" = 0 ] || exit "$status"
    step tune "$digits/$loss.tagma" "$digits/valid.jsonl" --rule label-thresholds
done
step report "$digits/bce.tagma" "$digits/any-class.tagma" "$digits/unimlr.tagma" "$digits/test.jsonl" \
    --sequences-in "$digits/sequences/test.jsonl" --title "tagma demo: digits ranked by size, half of the canvases without any" \
    --out "$folder/report.html"
printf '\nThe pages: %s (a table), %s (pictures, with examples and curves along sequences)\n' "$folder/table.html" "$folder/report.html"
