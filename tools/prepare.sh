# What the scripts beside this file share. They set $here to their folder, source this file and call
#     prepare "TARGETS" "MORE NEEDS"
# which installs what is missing, configures once, builds the targets and leaves the build folder's
# name in $build. When all is up to date it costs a few milliseconds and says nothing.
# shellcheck shell=sh disable=SC2154

root=${here%/tools}
build=${EBB_BUILD:-$root/build}
case $build in /*) ;; *) build=$PWD/$build ;; esac
me=tools/${0##*/}

# One line; a terminal is to obey no control characters in names.
say() { printf '%s: %s\n' "$me" "$*" | LC_ALL=C sed 's/\xc2[\x80-\x9f]/?/g; s/[\x01-\x1f\x7f]/?/g' >&2; }

stop() { # status, message
  status=$1
  shift
  say "$@"
  exit "$status"
}

# What a build needs: a Debian package, and the program or header that shows that it is there.
needs="
g++ ${CXX:-c++}
meson meson
ninja-build ninja
pkg-config pkg-config
util-linux flock
libxsimd-dev xsimd/xsimd.hpp
libtbb-dev tbb/tbb.h
zlib1g-dev zlib.h
nlohmann-json3-dev nlohmann/json.hpp
libstb-dev stb/stb_image_write.h
libcli11-dev CLI/CLI.hpp
libfmt-dev fmt/core.h
libeigen3-dev eigen3/Eigen/src/Core/Matrix.h
liblzma-dev lzma.h
libbz2-dev bzlib.h
"

# Sets $missing to the packages of which the sign is missing. The compiler is asked once for all
# headers; without a compiler they all count as missing.
look_for_packages() {
  missing= libraries= question=
  while read -r package sign _; do
    case $sign in
      '') ;;
      *.h | *.hpp)
        libraries="$libraries $package"
        question="$question
#if !__has_include(<$sign>)
missing $package
#endif" ;;
      *) command -v "$sign" >/dev/null || missing="$missing $package" ;;
    esac
  done <<END
$needs
END
  # shellcheck disable=SC2086  # CXX may bring arguments
  if answer=$(printf '%s\n' "$question" | ${CXX:-c++} -std=c++20 -E -P -x c++ - 2>/dev/null); then
    libraries=$(printf '%s\n' "$answer" | sed -n 's/^missing / /p' | tr -d '\n')
  fi
  missing=$missing$libraries
}

# Stops when packages are missing and cannot be installed from here.
check_packages() {
  look_for_packages
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    stop 2 "please install what is missing (these are Debian's names for it):$missing"
  [ -z "${EBB_NO_INSTALL:-}" ] && [ "$(id -u)" = 0 ] ||
    stop 2 "packages are missing; as root, run: apt-get install -y$missing"
}

install_packages() {
  [ -n "$missing" ] || return 0
  say "installing$missing"
  # shellcheck disable=SC2086  # a list of words
  set -- env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
  "$@" >"$build/install.log" 2>&1 9>&- ||
    { apt-get update && "$@"; } >"$build/install.log" 2>&1 9>&- ||
    { cat "$build/install.log" >&2; stop 1 "the installation failed"; }
  look_for_packages
  [ -z "$missing" ] || stop 2 "still missing after the installation:$missing"
}

# Once for a build folder, and again when the clone was moved: Meson notes absolute paths.
configure() {
  [ -e "$build/build.ninja" ] && [ "$(cat "$build/root" 2>/dev/null)" = "$root" ] && return 0
  find "$build" -mindepth 1 -maxdepth 1 -name '[!.]*' -exec rm -rf {} +
  # shellcheck disable=SC2086  # a list of words
  meson setup "$build" "$root" ${EBB_MESON_OPTIONS:-} >"$build/setup.log" 2>&1 9>&- ||
    { cat "$build/setup.log" >&2; stop 1 "the configuration failed"; }
  printf '%s\n' "$root" >"$build/root"
}

up_to_date() {
  [ "$(cat "$build/root" 2>/dev/null)" = "$root" ] || return 1
  # shellcheck disable=SC2086  # a list of words
  case $(ninja -C "$build" -n $targets 2>&1) in
    *'no work to do.') return 0 ;;
    *) return 1 ;;
  esac
}

# A build folder is emptied before it is configured, so it must not hold anything else. The lock file
# is the first that is made in it.
check_folder() {
  [ -d "$build" ] && [ -n "$(find "$build" -mindepth 1 ! -name .lock -print -quit 2>&1)" ] || return 0
  [ -e "$build/.lock" ] || [ -e "$build/build.ninja" ] ||
    stop 2 "$build holds other things; name a new folder in EBB_BUILD"
}

prepare() {
  targets=$1
  needs="$needs$2"
  [ -e "$build/build.ninja" ] || check_packages
  check_folder
  if ! { mkdir -p "$build" && touch "$build/.lock" && [ -w "$build/.lock" ]; } 2>/dev/null; then
    up_to_date && return 0 # somebody else's clone, ready to use
    stop 1 "cannot write to $build; clone Ebb for yourself, or name another folder in EBB_BUILD"
  fi
  exec 9>>"$build/.lock"
  flock -w 1 9 || { say "waiting for another build" && flock 9; }
  if ! up_to_date; then
    check_packages
    install_packages
    say "building (the first time takes a few minutes)"
    configure
    quiet=--quiet
    [ -t 2 ] && quiet=
    # shellcheck disable=SC2086  # lists of words
    ninja -C "$build" $quiet $targets >&2 9>&- || stop 1 "the build failed"
  fi
  exec 9>&-
}
