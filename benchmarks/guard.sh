#!/usr/bin/env bash
# Fails when a change has halved a kernel's speed: the ratios of workloads to plain C++, measured now on one thread, must be more than half of those
# that stand in docs/reference/speed.md, the lower one where it has two machines. Ratios, not rates: both programs see the same machine, whatever
# else it does.
# usage: guard.sh [ROUNDS [SECONDS [WORKLOAD...]]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
rounds=${1:-3} seconds=${2:-0.15}
names=("${@:3}")
[ ${#names[@]} -gt 0 ] || names=(tanh gelu p64 repulsion)

bash "$here/workloads.sh" "$rounds" "$seconds" 1 "${names[@]}" |
    awk -F '|' '
        function told(name, precision, now, before) {
            slow = !(now + 0 > before / 2)
            printf "%-10s %-6s %5.2f times plain C++, stated %.2f%s\n", name, precision, now, before, slow ? ": less than half" : ""
            failed = failed || slow
        }
        function lower(stated, ratio) { if (!(name in stated) || ratio < stated[name]) stated[name] = ratio }
        { name = $2; gsub(/ /, "", name) }
        $3 + 0 != 1 { next }
        NR == FNR { lower(double, $6 + 0); lower(single, $9 + 0); next }
        { told(name, "double", $6 + 0, double[name]); told(name, "single", $9 + 0, single[name]); seen++ }
        END { exit failed || !seen }
    ' "$here/../docs/reference/speed.md" -
