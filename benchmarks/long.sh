#!/usr/bin/env bash
# A neuron of so many terms a*tanh(b*x*k/7 + c^m/k), or a times so many factors (1 + tanh(b*x*k/7 + c)/k), fifty a function of the file:
# prints the problem file. usage: long.sh TERMS [product]
set -euo pipefail
terms=$1 kind=${2:-sum} factor= join=+
if [ "$kind" = product ]; then factor="a*" join="*"; fi
cat <<TOML
title = "$terms terms"
[neuron]
activation = "$factor$(seq -s " $join " -f 'part%g(a, b, c, x)' 1 $(((terms + 49) / 50)))"
parameters = ["a", "b", "c"]
[functions]
TOML
for ((first = 1; first <= terms; first += 50)); do
    text=
    for ((k = first; k < first + 50 && k <= terms; k++)); do
        if [ "$kind" = product ]; then term="(1 + tanh($k*b*x/7 + c)/$k)"; else term="a*tanh($k*b*x/7 + c^$((k % 5 + 2))/$k)"; fi
        text+="${text:+ $join }$term"
    done
    echo "\"part$(((first + 49) / 50))(a, b, c, x)\" = \"$text\""
done
cat <<TOML
[input]
dimension = 1
law = "uniform"
low = -1
high = 1
nodes = 64
[target]
expression = "sin(pi*x)"
[energy]
beta = 50
tau = 1
[run]
particles = 20480
steps = 8
TOML
