# shellcheck shell=bash
# A C++ compiler from PyPI, for machines that have none: some packages have no wheel for this Python.

# use_zig: install Zig's compiler into the project and let packages be built with it, in every command after this.
use_zig() {
  local folder="$TOOLCHAIN/ziglang" language
  say "No C++ compiler that works: using Zig's from PyPI, which takes about a minute"
  install_tool ziglang || return 1
  mkdir -p "$folder/bin"
  for language in cc c++; do
    # Setuptools splits commands at spaces, so they are found through PATH: the project's path may have a space.
    # Without the option Zig builds in traps for undefined behavior.
    cat >"$folder/bin/zig-$language" <<WRAPPER
#!/bin/sh
folder="\$(dirname "\$0")/.."
export ZIG_GLOBAL_CACHE_DIR="\$folder/cache" ZIG_LOCAL_CACHE_DIR="\$folder/cache"
exec "\$folder/ziglang/zig" $language -fno-sanitize=undefined "\$@"
WRAPPER
    chmod +x "$folder/bin/zig-$language"
  done
  export PATH="$folder/bin:$PATH" CC=zig-cc CXX=zig-c++
  # Python's own flags for linking name options that only GNU's linker knows.
  export LDSHARED="zig-cc -shared" LDCXXSHARED="zig-c++ -shared"
}

# remove_zig: free 500 MB; the packages that were built stay in uv's cache.
remove_zig() {
  rm -rf "$TOOLCHAIN/ziglang"
}
