//===- format.cpp - libfmt, of which Debian has no archive ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include <fmt/format-inl.h>

template FMT_API auto fmt::detail::thousands_sep_impl(locale_ref)
    -> thousands_sep_result<char>;
template FMT_API auto fmt::detail::decimal_point_impl(locale_ref) -> char;
