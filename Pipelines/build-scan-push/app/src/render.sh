#!/bin/sh
# render.sh TABLE TEMPLATE: puts the rows of a tab-separated table into the page.
set -eu
rows=$(awk -F '\t' '!/^#/ && NF == 3 { printf "<tr><td>%s</td><td>%s</td><td>%s m</td></tr>\n", $1, $2, $3 }' "$1")
awk -v rows="$rows" '/<!-- rows -->/ { print rows; next } { print }' "$2"
