#!/bin/sh
# Builds mediasoup's C++ worker on Debian 12 from the sources in its npm package and from
# Debian's libraries, with no download: upstream's own way fetches its dependencies from
# PyPI, GitHub and wrapdb.
#
#   build.sh MEDIASOUP_PACKAGE_DIR OUTPUT_BINARY [JOBS]
#
# stand-ins/ has, for each dependency that upstream would fetch, a Meson project that
# points to Debian's library instead.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
package=$(realpath "$1")
output=$(realpath -m "$2")
jobs=${3:-2}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cp -r "$package/worker" "$work/worker"
cd "$work/worker"

# FILE FROM TO: replaces a literal text, which must be there.
replace() {
  grep -qF -- "$2" "$1" || { echo "$1 of this mediasoup lacks: $2" >&2; exit 1; }
  FROM=$2 TO=$3 perl -pi -e 's/\Q$ENV{FROM}\E/$ENV{TO}/' "$1"
}
# Debian 12's Meson is 1.0.1; nothing newer is used in these files.
replace meson.build "meson_version: '>= 1.1.0'" "meson_version: '>= 1.0.0'"
# The callback of DTLS's output BIO answers 1 to every BIO_ctrl. Debian's OpenSSL is built
# with kernel TLS (upstream's is not), asks the BIO whether the kernel encrypts, hears yes,
# allocates no write buffer, and crashes in the first DTLS handshake.
replace src/RTC/DtlsTransport.cpp '(operationType == BIO_CB_RETURN) ?' '(operationType & BIO_CB_RETURN) ?'

for stand_in in "$here"/stand-ins/*/; do
  name=$(basename "$stand_in")
  folder=subprojects/$(sed -n 's/^directory *= *//p' "subprojects/$name.wrap")
  mkdir -p "$folder"
  cp -r "$stand_in." "$folder/"
done

meson setup --wrap-mode=nodownload --buildtype release -Db_ndebug=true build
nice -n 5 ninja -C build -j"$jobs" mediasoup-worker
strip --strip-debug build/mediasoup-worker

# Without a parent that speaks to it, a worker that runs ends with 41.
result=0
env -i build/mediasoup-worker >/dev/null 2>&1 || result=$?
[ "$result" -eq 41 ] || { echo "the mediasoup worker that was built does not run: exit code $result" >&2; exit 1; }
mkdir -p "$(dirname "$output")"
cp build/mediasoup-worker "$output.tmp"
mv "$output.tmp" "$output"
