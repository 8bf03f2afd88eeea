#!/usr/bin/env bash
# Many particles: processor time of a step per pair from 10^4 to 10^7 particles, with pair values stored between sweeps and computed again, on one and
# two threads; then the peak memory of whole runs of the sine with 10^7 and with 10^3 particles, and their difference over the 240 MB of the state.
# usage: many.sh [ROUNDS]
set -euo pipefail
rounds=${1:-7}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
dotnet build "$here/../src/Cli.CSharp" -c Release -v q -nologo >/dev/null
for threads in 1 2; do
    "$here/bin/Release/net10.0/Benchmarks" many "$here/../examples/01-sine/problem.toml" "$rounds" "$threads"
done

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
peak() { # peak PARTICLES: kilobytes
    /usr/bin/time -f %M "$here/../src/Cli.CSharp/bin/Release/net10.0/workbench" run "$here/../examples/01-sine/problem.toml" \
        --particles "$1" --replicas 1 --steps 10 --snapshots 2 --quiet --json --force --out "$out/run" 2>&1 >/dev/null | tail -1
}
few=$(peak 1000) many=$(peak 10000000)
awk -v few="$few" -v many="$many" 'BEGIN { printf "peak memory: %d MB at 10^7, %d MB at 10^3: %.2f of the state between them\n", many * 1.024 / 1e3, few * 1.024 / 1e3, (many - few) * 1024 / 240e6 }'
