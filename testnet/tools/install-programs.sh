#!/usr/bin/env bash
# Builds the outside programs that tests are held against into testnet/tools/.bin: the original
# CometBFT v0.38.25 and the referee of state proofs. Needs Go, and gcc for the library that makes
# disks fail (faultfs.c), which its test builds; without them, it says so and fails under CI=true
# alone, where a missing program is a failure.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v gcc >/dev/null; then
  echo "gcc is missing: the tests on failing disks cannot run."
  [ "${CI:-}" = "true" ] && exit 1
fi
if ! command -v go >/dev/null; then
  echo "Go is missing: the tests against CometBFT and cosmos/ics23 cannot run."
  [ "${CI:-}" = "true" ] && exit 1
  exit 0
fi
mkdir -p .bin
bin=$PWD/.bin
[ -x "$bin/cometbft" ] ||
  GOBIN=$bin go install github.com/cometbft/cometbft/cmd/cometbft@v0.38.25
[ -x "$bin/ics23-referee" ] || (cd ics23-referee && go build -o "$bin/ics23-referee" .)
ls "$bin"
