#!/usr/bin/env bash
# Runs every test and closes with the one line "N passed, N failed, N skipped".
# Brings what the tests need beyond the .NET SDK (pdflatex, for the LaTeX that must compile; mpirun, for runs of several processes; numpy, pandas and R,
# which read what commands write; chromium, for the pages of the studio) by apt where it may;
# otherwise it says what to install, and the tests that need it are skipped. With CI=true a skip fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if [ ! -w "${HOME:-}" ]; then # without a home the SDK refuses to start
  export HOME="${TMPDIR:-/tmp}/home-$(id -u)"
  mkdir -p "$HOME"
fi

total=0 passed=0 failed=0 executed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"; echo "$passed passed, $failed failed, $skipped skipped"' EXIT # also when the build fails

say() { echo "test.sh: $*" >&2; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

bring() { # bring PACKAGE CHECK...: installs the Debian package where the check fails
  local package=$1 && shift
  "$@" >/dev/null 2>&1 && return
  if command -v apt-get >/dev/null && as_root true 2>/dev/null; then
    say "installing $package"
    as_root apt-get update -qq >&2 &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 && return
  fi
  say "not there: $package; install this Debian package (apt-get install $package); the tests that need it are skipped"
}

count() { # count ATTRIBUTE LOG...: the attribute added over the counters of all logs
  local name=$1 && shift
  sed -n "s/.*<Counters.*[ ]$name=\"\([0-9]*\)\".*/\1/p" "$@" | awk '{ sum += $1 } END { print sum + 0 }'
}

command -v dotnet >/dev/null || { say "dotnet is missing: install the .NET SDK 10 or later"; exit 1; }
bring texlive-latex-base command -v pdflatex
bring openmpi-bin command -v mpirun
bring python3-numpy /usr/bin/python3 -c 'import numpy'
bring python3-pandas /usr/bin/python3 -c 'import pandas'
bring r-base-core command -v Rscript
bring chromium command -v chromium

[ "${CI:-}" = true ] && locked=--locked-mode || locked=
dotnet restore Workbench.sln -v q $locked
dotnet build Workbench.sln -c Release --no-restore -v q

status=0 # one project after another (-m:1): each uses all cores, and their logs must not race for a name
dotnet test Workbench.sln -c Release --no-build -m:1 --logger trx --results-directory "$logs" || status=$?

shopt -s nullglob
results=("$logs"/*.trx)
projects=$(grep -l Microsoft.NET.Test.Sdk tests/*/*.*proj | wc -l)
if [ "${#results[@]}" -ne "$projects" ]; then
  say "$projects test projects left ${#results[@]} logs: a project was skipped or its host crashed"
  status=1
fi

if [ "${#results[@]}" -gt 0 ]; then
  total=$(count total "${results[@]}") passed=$(count passed "${results[@]}") executed=$(count executed "${results[@]}")
  failed=$((executed - passed))
fi
skipped=$((total - executed))

[ "$total" -gt 0 ] || { say "no test was found"; status=1; }
[ "$failed" -eq 0 ] || status=1
if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
  say "a skipped test fails with CI=true"
  status=1
fi
exit "$status"
