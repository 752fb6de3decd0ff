# shellcheck shell=bash
# The browser of the browser tests: the system's Chromium or Chrome.

has_chromium() {
  local program
  for program in chromium chromium-browser google-chrome-stable google-chrome; do
    if command -v "$program" >/dev/null; then
      return
    fi
  done
  return 1
}

# offer_chromium: install Debian's Chromium in continuous integration; elsewhere print the command.
# Without a browser the tests that need it are skipped.
offer_chromium() {
  if has_chromium; then
    return
  fi
  if [[ -n ${CI:-} && $EUID == 0 ]] && command -v apt-get >/dev/null; then
    if apt-get update --quiet --quiet &&
      apt-get install --quiet --quiet --yes --no-install-recommends chromium >/dev/null && has_chromium; then
      return
    fi
    echo "Chromium could not be installed; the browser tests are skipped." >&2
    return
  fi
  local command="install Chromium with your package manager"
  if command -v apt-get >/dev/null; then
    command="apt-get install chromium"
  elif command -v dnf >/dev/null; then
    command="dnf install chromium"
  fi
  echo "The browser tests are skipped without Chromium. To run them: $command" >&2
}
