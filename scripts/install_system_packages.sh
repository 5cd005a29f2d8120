#!/usr/bin/env bash
# Installs the Debian packages the project can use: a browser for the page tests, fonts, a typesetter for the embedded documents.
# Does nothing where they are there already. Where this user may not install, it says what will be skipped; with CI=true it fails.
set -euo pipefail

declare -A needed=(
  [chromium]="chromium"
  [soffice]="libreoffice-writer-nogui libreoffice-calc-nogui fonts-liberation fonts-dejavu-core"
  [pdftoppm]="poppler-utils"
)

packages=()
for program in "${!needed[@]}"; do
  command -v "$program" >/dev/null 2>&1 || read -r -a more <<<"${needed[$program]}"
  packages+=("${more[@]:-}")
  more=()
done
packages=($(printf '%s\n' "${packages[@]:-}" | sed '/^$/d' | sort -u))
[ "${#packages[@]}" -eq 0 ] && exit 0

cannot() {
  echo "system packages: $1"
  echo "  missing: ${packages[*]}"
  echo "  what needs them is skipped: page tests in a browser (chromium), setting documents anew (libreoffice)"
  echo "  to install them: sudo apt-get install ${packages[*]}"
  if [ "${CI:-}" = "true" ]; then
    echo "  in CI nothing may be skipped" >&2
    exit 1
  fi
  exit 0
}

command -v apt-get >/dev/null 2>&1 || cannot "no apt-get here"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || cannot "this user may not install packages"
  as_root=(sudo -n)
fi

echo "installing Debian packages: ${packages[*]}"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
  tail -n 5 "$log"
  cannot "apt-get failed"
fi
