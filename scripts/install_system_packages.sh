#!/usr/bin/env bash
# Installs the Debian packages the project uses: a browser and fonts for the page tests, Tesseract with its letters of Vietnamese for scans;
# with the argument `documents` also the typesetter that sets the embedded documents, with `scale` also PostgreSQL, its ODBC and JDBC drivers and Java for
# the tests of the other targets. Does nothing where they are there already. Where this user may not install, it says what will be
# skipped; with CI=true it fails, for there nothing may be skipped.
set -euo pipefail

declare -A package_of=([chromium]="chromium fonts-dejavu-core fonts-liberation" [tesseract]="tesseract-ocr tesseract-ocr-vie")
skipped="page tests in a browser, reading of scans"
if [ "${1:-}" = "documents" ]; then
  package_of[soffice]="libreoffice-writer-nogui libreoffice-calc-nogui fonts-dejavu-core fonts-dejavu-extra"
  skipped="setting the embedded documents anew"
fi
if [ "${1:-}" = "scale" ]; then
  package_of[java]="openjdk-17-jre-headless"
  package_of[isql]="unixodbc odbc-postgresql"
  skipped="tests of the targets DuckLake, PostgreSQL and Spark, of readers over ODBC and JDBC"
fi

packages=""
for program in "${!package_of[@]}"; do
  command -v "$program" >/dev/null 2>&1 || packages="$packages ${package_of[$program]}"
done
# Debian keeps the server's programs out of the path, in a folder per version.
if [ "${1:-}" = "scale" ] && ! command -v initdb >/dev/null 2>&1 && ! compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
  packages="$packages postgresql"
fi
# A driver is a file, not a program.
if [ "${1:-}" = "scale" ] && [ ! -e /usr/share/java/postgresql.jar ]; then
  packages="$packages libpostgresql-jdbc-java"
fi
# Tesseract alone reads English: Vietnamese is a package of its own.
if command -v tesseract >/dev/null 2>&1 && ! tesseract --list-langs 2>&1 | grep -qx vie; then
  packages="$packages tesseract-ocr-vie"
fi
read -r -a packages <<<"$(printf '%s\n' $packages | sort -u | tr '\n' ' ')" || true
[ "${#packages[@]}" -gt 0 ] || exit 0

cannot() {
  echo "system packages: $1; missing: ${packages[*]}"
  echo "  skipped without them: $skipped. To install them: sudo apt-get install ${packages[*]}"
  [ "${CI:-}" != "true" ] || { echo "  in CI nothing may be skipped" >&2; exit 1; }
  exit 0
}

command -v apt-get >/dev/null 2>&1 || cannot "there is no apt-get here"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || cannot "this user may not install packages"
  as_root=(sudo -n)
fi

echo "installing Debian packages: ${packages[*]} (once)"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"; }
if ! install >"$log" 2>&1; then
  tail -n 5 "$log"
  cannot "apt-get failed (the end of its log is above)"
fi
