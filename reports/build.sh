#!/usr/bin/env bash
# Builds the report pages (a static site) from a published release. Usage: reports/build.sh; `cchc reports` calls it.
#
#   CCHC_BI_DB          bi.duckdb of the release; default ../warehouse/data/published/current/bi.duckdb. Its folder is the release.
#   CCHC_REPORTS_OUT    where the finished site goes; default ../warehouse/data/site. It is replaced in one step; a failed build
#                       leaves it as it was.
#   CCHC_REPORTS_STAMP  text for site.json of the site: which release it shows
#
# Exit codes: 0 the site is built; 1 the build failed (the end of the log is shown); 2 something is missing: node, npm or the release.
# The only network it needs is the package registry, and only when the packages are not installed yet.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
caller=$PWD
database=${CCHC_BI_DB:-$here/../warehouse/data/published/current/bi.duckdb}
[[ $database = /* ]] || database=$caller/$database
out=${CCHC_REPORTS_OUT:-$here/../warehouse/data/site}
[[ $out = /* ]] || out=$caller/$out
cd "$here" || exit 2

export SEND_ANONYMOUS_USAGE_STATS=no DO_NOT_TRACK=1 NO_COLOR=1
started=$SECONDS
template=node_modules/@evidence-dev/evidence/template/src
data=.evidence/template/static/data/warehouse
say() { printf 'reports: %s\n' "$*"; }
missing() { printf 'reports: %s\n' "$*" >&2; exit 2; }
failed() {
  printf 'reports: %s\n' "$1" >&2
  [[ -f ${2:-} ]] && { printf -- '--- last lines of reports/%s ---\n' "$2" >&2; grep -v 'npm warn' "$2" | tail -n 25 >&2; }
  rm -rf "$out.new"
  exit 1
}

# A step with a limit of time. `timeout` puts it into a process group of its own, so whoever ends this script would leave it running,
# with its memory and the lock: it is ended first.
step=
exec 8>&2
bounded() {
  timeout --kill-after=5 "$@" 8>&- &
  step=$!
  wait "$step"
  local code=$?
  step=
  return "$code"
}
stopped() {
  trap '' TERM INT HUP
  exec 2>&8  # the output of a step goes to its log
  if [[ -n $step ]]; then kill -TERM "$step" 2>/dev/null; wait "$step"; fi
  failed "the build was ended from outside"
}
trap stopped TERM INT HUP

command -v node >/dev/null || missing "node is not installed: install Node.js 20 or newer (Debian: apt-get install nodejs npm), then: make reports"
command -v npm >/dev/null || missing "npm is not installed: install npm (Debian: apt-get install npm), then: make reports"
major=$(node -p 'process.versions.node.split(".")[0]')
(( major >= 20 )) || missing "expected Node.js 20 or newer, found $(node --version)"
[[ -f $database ]] || missing "expected the published export at $database, found none: run 'make refresh' first, or set CCHC_BI_DB"
release=$(cd "$(dirname "$database")" && pwd -P)

# One build at a time: they share .evidence.
exec 9>.build.lock
if command -v flock >/dev/null && ! flock -n 9; then failed "another build is running in this folder: wait for it"; fi
# A machine that went off in the middle of the exchange left the last good site under another name.
if [[ ! -e $out && -e $out.old ]]; then mv "$out.old" "$out" || failed "could not move $out.old back"; fi

stamp=node_modules/.cchc-installed
wanted=$(cat package.json package-lock.json .npmrc patches/*.patch | sha256sum | cut -d' ' -f1)
if [[ $(cat "$stamp" 2>/dev/null) = "$wanted" ]]; then
  say "1/5 packages are installed"
else
  say "1/5 installing packages from the package registry (about 1-2 minutes, 700 MB, once)"
  bounded 900 npm install --no-audit --no-fund >install.log 2>&1 \
    || failed "npm install failed; it needs the package registry (set another with: npm config set registry ADDRESS)" install.log
  grep -q "not in DuckDB 0.9" node_modules/@evidence-dev/universal-sql/src/client-duckdb/node.js \
    || failed "patches/ were not applied to node_modules: remove reports/node_modules and run this again" install.log
  # Pages and addresses of Evidence's own that ours do not use; they would bring its whole library of components.
  rm -rf "$template"/pages/{explore,settings,fix-tprotocol-service-worker.js} "$template"/fix-tprotocol-service-worker.js \
    "$template"/pages/api/{'[...route]',settings.json,customFormattingSettings.json,pagesManifest.json}
  echo "$wanted" >"$stamp"
fi

say "2/5 reading $(basename "$database") into the pages' data (about 10 seconds)"
rm -rf .evidence/template build
cp "$database" sources/warehouse/.bi.duckdb.new && mv sources/warehouse/.bi.duckdb.new sources/warehouse/bi.duckdb \
  || failed "could not copy $database"
# Pictures of pages must be there when the pages are built: what a page shows is looked up then.
rm -rf static/trang && mkdir -p static
if [[ -d $release/pages ]]; then cp -rL "$release/pages" static/trang || failed "could not copy $release/pages"; fi
touch .read-from
bounded 300 npx --no-install evidence sources --strict >sources.log 2>&1 || failed "reading the data failed" sources.log
if grep -q 'wrote 0 rows' sources.log; then failed "a table of bi.duckdb is empty: $(grep -m1 'wrote 0 rows' sources.log)" sources.log; fi
for query in sources/warehouse/*.sql; do
  table=$(basename "$query" .sql)
  file=$data/$table/$table.parquet
  [[ -s $file ]] || failed "expected $file for sources/warehouse/$table.sql, found none: the data of $table were not read" sources.log
  [[ ! .read-from -nt $file ]] || failed "$file is older than $(basename "$database"): it is of another release; run this again" sources.log
done

say "3/5 building the pages (about a minute, 2 GB of memory)"
node english.mjs || failed "the English pages could not be laid out"
bounded 1200 npx --no-install evidence build:strict >build.log 2>&1 || failed "building the pages failed" build.log
if grep -qE 'Error in ' build.log; then
  grep -nE 'Error in ' build.log | head -n 5 >&2
  failed "a query or a component of a page failed" build.log
fi

say "4/5 checking the pages"
pages=$(find build -name index.html | wc -l)
provinces=$(find build/tinh -mindepth 2 -name index.html 2>/dev/null | wc -l)
(( provinces > 0 )) || failed "no province page was built" build.log
node -e '
  const { renderedFiles } = JSON.parse(require("fs").readFileSync("build/data/manifest.json"));
  const lost = Object.values(renderedFiles).flat().map((file) => file.replace(/^static\//, "")).filter((file) => !require("fs").existsSync("build/" + file));
  if (lost.length) { console.error("missing in the site: " + lost.join(", ")); process.exit(1); }
' || failed "data that the pages ask for are missing"
find build/en -name '*.html' -exec sed -i 's/<html lang="vi"/<html lang="en"/' {} +
cp build/khong-co/index.html build/404.html

say "5/5 putting the files of the release beside them"
mkdir -p "$(dirname "$out")" && rm -rf "$out.new" && cp -r build "$out.new" && mkdir -p "$out.new/tai-ve" \
  || failed "could not write $out.new: make room or set CCHC_REPORTS_OUT"
beside() { cp -rl "$1" "$2" 2>/dev/null || { rm -rf "${2:?}/$(basename "$1")"; cp -r "$1" "$2"; }; }
for name in cchc.duckdb csv parquet xlsx dictionary diff datapackage.json metadata.jsonld manifest.json CITATION.cff LICENCES.md; do
  [[ ! -e $release/$name ]] || beside "$release/$name" "$out.new/tai-ve/" || failed "could not put $name into $out.new/tai-ve"
done
[[ -z ${CCHC_REPORTS_STAMP:-} ]] || printf '%s\n' "$CCHC_REPORTS_STAMP" >"$out.new/site.json"
trap '' TERM INT HUP  # the exchange is not broken off in the middle
rm -rf "$out.old"
if [[ -e $out ]]; then mv "$out" "$out.old" || failed "could not move $out away"; fi
mv "$out.new" "$out" || { mv "$out.old" "$out"; failed "could not put the site at $out"; }
rm -rf "$out.old"
say "done in $((SECONDS - started)) s: $pages pages, $provinces of them provinces, in $out"
