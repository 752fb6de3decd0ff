# shellcheck shell=bash
# One configuration for both installers: uv reads none of pip's, so a mirror set for pip would be passed by.

# pip_setting NAME SETTINGS: the option NAME in what `pip config list` printed, in pip's own order of precedence.
pip_setting() {
  local section value
  for section in :env: install global; do
    value="$(sed -n "s/^$section\.$1='\(.*\)'$/\1/p" <<<"$2")"
    if [[ -n $value ]]; then
      printf '%s' "${value//\\n/ }"
      return
    fi
  done
}

# default_to VARIABLE VALUE: export VARIABLE unless the user has set it or there is nothing to set it to.
default_to() {
  if [[ -z ${!1:-} && -n $2 ]]; then
    export "$1=$2"
  fi
}

# give_uv_pips_settings: index, certificates and trusted hosts of pip, for every uv started after this,
# and a cache in the project where the home folder cannot take one.
# Extra indexes stay out: all that is wanted here is public, and uv would prefer them to the default index.
give_uv_pips_settings() {
  local settings
  settings="$(python3 -m pip config list 2>/dev/null || true)"
  default_to SSL_CERT_FILE "$(pip_setting cert "$settings")"
  default_to UV_SYSTEM_CERTS true
  default_to UV_INSECURE_HOST "$(pip_setting trusted-host "$settings")"
  if [[ -z ${UV_INDEX_URL:-} ]]; then
    default_to UV_DEFAULT_INDEX "$(pip_setting index-url "$settings")"
  fi
  if [[ ! -w ${XDG_CACHE_HOME:-${HOME:-/nonexistent}} ]]; then
    default_to UV_CACHE_DIR "$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)/.toolchain/cache"
  fi
}
