#!/usr/bin/env bash
# Two processes of one thread beside one process of two threads: pairs a second of the steps (wall clock) and processor seconds of the
# whole call, interleaved. benchmarks/ranks.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
workbench=src/Cli.CSharp/bin/Release/net10.0/workbench
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 TIMEFORMAT='%U %S'
run=(run examples/01-sine/problem.toml --particles 20480 --replicas 1 --steps 1000 --snapshots 0 --record 20 --quiet --json --force)

measure() { # measure NAME COMMAND...
  local name=$1 && shift
  { time "$@" "${run[@]}" --threads "$threads" --out "$out/$name" >"$out/$name.json"; } 2>"$out/$name.user"
  echo "$name $(sed -n 's/.*"pairsPerSecond": \([0-9.e+]*\).*/\1/p' "$out/$name.json") $(tail -1 "$out/$name.user" | awk '{ print $1 + $2 }')"
}

for ((round = 0; round < ${1:-7}; round++)); do
  threads=2 measure one "$workbench"
  threads=1 measure two mpirun --bind-to none --mca mpi_yield_when_idle 1 -n 2 "$workbench"
done | sort | awk '{ rate[$1, ++count[$1]] = $2; user[$1, count[$1]] = $3 }
  function median(values, name,   n, i, j, list, swap) {
    n = count[name]
    for (i = 1; i <= n; i++) list[i] = values[name, i]
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (list[j] < list[i]) { swap = list[i]; list[i] = list[j]; list[j] = swap }
    return list[int((n + 1) / 2)]
  }
  END {
    printf "one process, two threads:  %.0f Mpairs/s, %.2f processor seconds\n", median(rate, "one") / 1e6, median(user, "one")
    printf "two processes, one thread: %.0f Mpairs/s, %.2f processor seconds\n", median(rate, "two") / 1e6, median(user, "two")
    printf "ratio of speeds: %.2f\n", median(rate, "two") / median(rate, "one")
  }'
