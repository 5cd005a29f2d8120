#!/usr/bin/env bash
# Builds the report pages (a static site) from a published bi.duckdb. Usage: reports/build.sh
#
#   CCHC_BI_DB        the file to build from; default ../warehouse/data/published/current/bi.duckdb
#   CCHC_REPORTS_OUT  where the finished site goes; default reports/build
#
# Exit codes: 0 the site is built; 1 the build failed (the end of the log is shown); 2 something is missing: node, npm or bi.duckdb.
# The only network it needs is the npm registry, and only when the packages are not installed yet.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
caller=$PWD
database=${CCHC_BI_DB:-$here/../warehouse/data/published/current/bi.duckdb}
[[ $database = /* ]] || database=$caller/$database
out=${CCHC_REPORTS_OUT:-$here/build}
[[ $out = /* ]] || out=$caller/$out
cd "$here" || exit 2

export SEND_ANONYMOUS_USAGE_STATS=no DO_NOT_TRACK=1 NO_COLOR=1
started=$SECONDS
say() { printf 'reports: %s\n' "$*"; }
missing() { printf 'reports: %s\n' "$*" >&2; exit 2; }
failed() {
  printf 'reports: %s\n' "$1" >&2
  [[ -f ${2:-} ]] && { printf -- '--- last lines of reports/%s ---\n' "$2" >&2; tail -n 25 "$2" >&2; }
  # The last good site stays up.
  if [[ -d .build.previous ]]; then rm -rf build && mv .build.previous build; fi
  exit 1
}

command -v node >/dev/null || missing "node is not installed: install Node.js 20 or newer (Debian: apt-get install nodejs npm), then run this again"
command -v npm >/dev/null || missing "npm is not installed: install npm (Debian: apt-get install npm), then run this again"
major=$(node -p 'process.versions.node.split(".")[0]')
(( major >= 20 )) || missing "expected Node.js 20 or newer, found $(node --version)"
[[ -f $database ]] || missing "expected the published export at $database, found none: run 'make refresh' first, or set CCHC_BI_DB"

# One build at a time: they share .evidence and need about 3.5 GB of memory each.
exec 9>.build.lock
if command -v flock >/dev/null && ! flock -n 9; then failed "another build is running in this folder"; fi

stamp=node_modules/.cchc-installed
wanted=$(cat package.json package-lock.json .npmrc patches/*.patch | sha256sum | cut -d' ' -f1)
if [[ $(cat "$stamp" 2>/dev/null) = "$wanted" ]]; then
  say "1/4 packages are installed"
else
  say "1/4 installing packages from the npm registry (about 1-2 minutes, 700 MB, once)"
  timeout 900 npm install --no-audit --no-fund >install.log 2>&1 || failed "npm install failed" install.log
  grep -q "not in DuckDB 0.9" node_modules/@evidence-dev/universal-sql/src/client-duckdb/node.js \
    || failed "patches/ were not applied to node_modules: remove reports/node_modules and run this again" install.log
  echo "$wanted" >"$stamp"
fi

say "2/4 reading $(basename "$database") into the pages' data (about 10 seconds)"
rm -rf .evidence/template
if [[ -d build ]]; then rm -rf .build.previous && mv build .build.previous; fi
cp "$database" sources/warehouse/.bi.duckdb.new && mv sources/warehouse/.bi.duckdb.new sources/warehouse/bi.duckdb \
  || failed "could not copy $database"
timeout 300 npx --no-install evidence sources --strict >sources.log 2>&1 || failed "reading the data failed" sources.log
if grep -q 'wrote 0 rows' sources.log; then failed "a table of bi.duckdb is empty" sources.log; fi

say "3/4 building the pages (about 2-4 minutes, 3.5 GB of memory)"
timeout 1200 npx --no-install evidence build:strict >build.log 2>&1 || failed "building the pages failed" build.log
if grep -qE 'Error in ' build.log; then
  grep -nE 'Error in ' build.log | head -n 5 >&2
  failed "a query or a component of a page failed" build.log
fi

say "4/4 checking the pages"
pages=$(find build -name index.html | wc -l)
provinces=$(find build/tinh -mindepth 2 -name index.html 2>/dev/null | wc -l)
(( provinces > 0 )) || failed "no province page was built" build.log
find build -name '*.html' -exec sed -i 's/<html lang="en"/<html lang="vi"/' {} +
if [[ $out != "$here/build" ]]; then
  mkdir -p "$(dirname "$out")" && rm -rf "$out.new" && cp -r build "$out.new" && rm -rf "$out" && mv "$out.new" "$out" \
    || failed "could not write $out"
fi
rm -rf .build.previous
say "done in $((SECONDS - started)) s: $pages pages, $provinces of them provinces, $(du -sh "$out" | cut -f1) in $out"
