# shellcheck shell=bash
# Where a Python that Home Assistant runs on comes from: PATH, then uv, then Debian's packages.

PYTHON_MINIMUM=3.14.2

say() {
  echo "setup: $*" >&2
}

# check_prerequisites: fail with the command that installs what is missing of Python 3, pip and certificates.
check_prerequisites() {
  local missing=()
  command -v python3 >/dev/null || missing+=(python3)
  python3 -m pip --version >/dev/null 2>&1 || missing+=(python3-pip)
  if [[ -z ${SSL_CERT_FILE:-}${PIP_CERT:-} && ! -e /etc/ssl/certs/ca-certificates.crt ]] && command -v apt-get >/dev/null; then
    missing+=(ca-certificates)
  fi
  ((${#missing[@]})) || return 0
  say "Missing: ${missing[*]}. Install with: $(install_command) ${missing[*]}"
  return 1
}

# install_command: how this system installs packages.
install_command() {
  local manager
  for manager in apt-get dnf; do
    if command -v "$manager" >/dev/null; then
      echo "$manager install"
      return
    fi
  done
  echo "your package manager:"
}

# suitable_python COMMAND: path of the interpreter behind it, if it is new enough and has what Home Assistant imports
# and the headers that packages are compiled with.
# The file itself, not a link to it or an environment's: an environment made from a link would not find its library.
suitable_python() {
  "$1" -c "
import ctypes, os, sqlite3, ssl, sys, sysconfig
if sys.version_info < tuple(map(int, '$PYTHON_MINIMUM'.split('.'))):
    sys.exit(1)
if not os.path.isfile(sysconfig.get_path('include') + '/Python.h'):
    sys.exit(1)
print(os.path.realpath(sys.executable))" 2>/dev/null
}

# locked_tool NAME: version and hashes of a command, as scripts/locks/tools.lock has them.
locked_tool() {
  sed -n "/^$1==/,/[^\\]\$/p" "$(dirname "${BASH_SOURCE[0]}")/../locks/tools.lock"
}

# install_tool NAME: a locked command from PyPI in its own folder, with any available Python 3.
install_tool() {
  local folder="$TOOLCHAIN/$1" requirement
  requirement="$(locked_tool "$1")"
  if [[ "$(cat "$folder/.requirement" 2>/dev/null)" == "$requirement" ]]; then
    return
  fi
  rm -rf "$folder"
  echo "$requirement" >"$TOOLCHAIN/$1.txt"
  PIP_ROOT_USER_ACTION=ignore python3 -m pip install -qq --disable-pip-version-check --no-deps --require-hashes \
    --target "$folder" --requirement "$TOOLCHAIN/$1.txt" && mv "$TOOLCHAIN/$1.txt" "$folder/.requirement"
}

# uv_python: path of a suitable Python that uv knows or can download. Where the download cannot be reached it fails at once.
uv_python() {
  local python
  export UV_PYTHON_INSTALL_DIR="${UV_PYTHON_INSTALL_DIR:-$TOOLCHAIN/python}"
  if ! { python="$("$UV" python find --no-project ">=$PYTHON_MINIMUM" 2>/dev/null)" && suitable_python "$python" >/dev/null; }; then
    say "Asking uv for Python ${PYTHON_MINIMUM%.*}"
    UV_HTTP_TIMEOUT=10 UV_HTTP_RETRIES=0 "$UV" python install --quiet --no-bin "${PYTHON_MINIMUM%.*}" 2>/dev/null || return 1
    python="$("$UV" python find --no-project --managed-python ">=$PYTHON_MINIMUM" 2>/dev/null)" || return 1
  fi
  printf '%s' "$python"
}

# find_python: path of the first suitable Python; without one, a message with the packages to install.
find_python() {
  local source python
  for python in python3.14 python3 python; do
    suitable_python "$python" && return
  done
  for source in uv_python debian_python; do
    python="$($source)" && suitable_python "$python" && return
  done
  say "No Python $PYTHON_MINIMUM or newer on PATH, none from uv, none from Debian's packages."
  say "Install one with its headers (Debian, Ubuntu: apt-get install python3.14-dev; Fedora: dnf install python3.14-devel;"
  say "others: https://www.python.org/downloads/) and run this again."
  return 1
}
