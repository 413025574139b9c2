#!/bin/sh
# check_library_symbols.sh LIBRARY: fails if it needs anything of libstdc++, such as
# `new`: see runtime/parallel/heap_array.h.
needed=$(nm -C -u "$1" |
  grep -E ' (U|w|v) +(std::|operator |__cxa_|__gxx_|typeinfo|vtable|_Unwind)' | sort -u)
[ -z "$needed" ] || { echo "$1 needs libstdc++:"; echo "$needed"; exit 1; }
