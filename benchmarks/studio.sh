#!/usr/bin/env bash
# How long the studio takes from its start until it listens, and from the first request of a new browser until its first page can be used:
# the problem in the editor, its derivation beside it. Needs chromium.
# usage: studio.sh [ROUNDS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tests="$here/../tests/Studio.CSharp.Tests"
dotnet build "$tests/Studio.CSharp.Tests.csproj" -c Release -v q -nologo >/dev/null
dotnet "$tests/bin/Release/net10.0/Studio.CSharp.Tests.dll" start "${1:-5}"
