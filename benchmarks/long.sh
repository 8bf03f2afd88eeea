#!/usr/bin/env bash
# A neuron of so many terms a*tanh(b*x*k/7 + c^m/k), fifty a function of the file: prints the problem file. usage: long.sh TERMS
set -euo pipefail
terms=$1
cat <<TOML
title = "$terms terms"
[neuron]
activation = "$(seq -s ' + ' -f 'part%g(a, b, c, x)' 1 $(((terms + 49) / 50)))"
parameters = ["a", "b", "c"]
[functions]
TOML
for ((first = 1; first <= terms; first += 50)); do
    text=
    for ((k = first; k < first + 50 && k <= terms; k++)); do text+="${text:+ + }a*tanh($k*b*x/7 + c^$((k % 5 + 2))/$k)"; done
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
