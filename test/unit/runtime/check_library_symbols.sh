#!/bin/sh
# check_library_symbols.sh LIBRARY [HEADER]: fails if it needs anything of libstdc++,
# such as `new`: see runtime/parallel/heap_array.h; or if it defines a name for others
# that is not an emblem_ one of the header.
needed=$(nm -C -u "$1" |
  grep -E ' (U|w|v) +(std::|operator |__cxa_|__gxx_|typeinfo|vtable|_Unwind)' | sort -u)
[ -z "$needed" ] || { echo "$1 needs libstdc++:"; echo "$needed"; exit 1; }
[ -n "$2" ] || exit 0
defined=$(nm --defined-only --extern-only --format=posix "$1" | cut -s -d ' ' -f 1)
[ -n "$defined" ] || { echo "$1 defines nothing"; exit 1; }
for name in $defined; do
  case $name in
    emblem_*) grep -qw "$name" "$2" && continue ;;
  esac
  echo "$1 defines $name, which is not in $2"
  exit 1
done
