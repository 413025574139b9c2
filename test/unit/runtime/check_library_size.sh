#!/bin/sh
# check_library_size.sh LIBRARY BYTES: fails where the code and data of a static
# library's objects are larger than BYTES.
set -eu
bytes=$(size "$1" | awk 'NR > 1 { sum += $1 + $2 } END { print sum + 0 }')
echo "$1: $bytes bytes of code and data, at most $2"
[ "$bytes" -gt 0 ] && [ "$bytes" -le "$2" ]
