#!/usr/bin/env bash
# Writes the pages of the repository as a static site: docs/site/build.sh OUTPUT. A broken link fails. Nothing is fetched once
# 'dotnet tool restore' has run.
set -euo pipefail
output=$(realpath -m "${1:?docs/site/build.sh OUTPUT}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# docfx wants its configuration and the first page at the root of what it reads, which is no place for them in the repository.
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/tests"
cp -r docs examples LICENSE CHANGELOG.md CONTRIBUTING.md docs/site/{docfx.json,toc.yml,mean-field.svg} "$root"
cp README.md "$root/index.md"
cp tests/golden.toml "$root/tests"

dotnet docfx build "$root/docfx.json" --warningsAsErrors --output "$output"
