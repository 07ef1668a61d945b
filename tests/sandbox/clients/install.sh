#!/usr/bin/env bash
# install.sh FOLDER: puts the tests and, when the lock file has changed, the libraries into FOLDER.
# node looks for libraries beside the tests, and the source tree is no place for them.

set -euo pipefail
folder=$1
cd "$(dirname "${BASH_SOURCE[0]}")"

for command in node npm; do
  command -v "$command" > /dev/null || {
    echo "The CRMs' client libraries need $command: install the Debian packages nodejs and npm" \
      "(tools/packages.txt)." >&2
    exit 1
  }
done
node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' || {
  echo "The CRMs' client libraries need node 18 or later; this is $(node --version)." >&2
  exit 1
}

mkdir -p "$folder/lib"
cp -- *.mjs package.json package-lock.json .npmrc "$folder"
cp -- lib/*.mjs "$folder/lib"
cd "$folder"
installed=node_modules/.leadrelay-lock
cmp -s package-lock.json "$installed" && exit 0
# What npm has in its cache it does not ask the registry for.
npm ci --prefer-offline --ignore-scripts --no-audit --no-fund || {
  echo "npm could not install the CRMs' client libraries: the first time it needs its registry." >&2
  exit 1
}
cp package-lock.json "$installed"
