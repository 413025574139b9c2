//===- grapheme_classes.cpp - Breaks of grapheme clusters -----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/STLExtras.h"

#include <utf8proc.h>

using namespace llvm;
using namespace emblem::frontend;
using Range = emblem::runtime::CodePointRange;

/// Consonants of the scripts whose linkers join them, as of Unicode 15.1.
static constexpr Range consonants[] = {
    {0x915, 0x939}, {0x958, 0x95F}, {0x978, 0x97F}, {0x995, 0x9A8},
    {0x9AA, 0x9B0}, {0x9B2, 0x9B2}, {0x9B6, 0x9B9}, {0x9DC, 0x9DD},
    {0x9DF, 0x9DF}, {0x9F0, 0x9F1}, {0xA95, 0xAA8}, {0xAAA, 0xAB0},
    {0xAB2, 0xAB3}, {0xAB5, 0xAB9}, {0xAF9, 0xAF9}, {0xB15, 0xB28},
    {0xB2A, 0xB30}, {0xB32, 0xB33}, {0xB35, 0xB39}, {0xB5C, 0xB5D},
    {0xB5F, 0xB5F}, {0xB71, 0xB71}, {0xC15, 0xC28}, {0xC2A, 0xC39},
    {0xC58, 0xC5A}, {0xD15, 0xD3A}};
static constexpr uint32_t linkers[] = {0x94D, 0x9CD, 0xACD,
                                       0xB4D, 0xC4D, 0xD4D};

/// Marks that Unicode 15.1, 16.0 and 17.0 added.
static constexpr Range laterMarks[] = {
    {0x897, 0x897},     {0x1ACF, 0x1ADD},   {0x1AE0, 0x1AEB},
    {0x10D69, 0x10D6D}, {0x10EFA, 0x10EFC}, {0x113B8, 0x113C0},
    {0x113C2, 0x113C2}, {0x113C5, 0x113C5}, {0x113C7, 0x113CA},
    {0x113CC, 0x113D0}, {0x113D2, 0x113D2}, {0x113E1, 0x113E2},
    {0x11B60, 0x11B67}, {0x11F5A, 0x11F5A}, {0x1611E, 0x1612F},
    {0x1E5EE, 0x1E5EF}, {0x1E6E3, 0x1E6E3}, {0x1E6E6, 0x1E6E6},
    {0x1E6EE, 0x1E6EF}, {0x1E6F5, 0x1E6F5}};

static bool isIn(llvm::ArrayRef<Range> ranges, uint32_t c) {
  return any_of(
      ranges, [c](Range range) { return range.first <= c && c <= range.last; });
}

GraphemeClass emblem::frontend::getGraphemeClass(uint32_t c) {
  if (isIn(laterMarks, c))
    return GraphemeClass::Extend;
  if (c == 0x113D1) // of Unicode 16.0
    return GraphemeClass::Prepend;
  if (c == 0x11A3A) // was one that prepends, until Unicode 17.0
    return GraphemeClass::Other;
  if (is_contained(linkers, c))
    return GraphemeClass::Linker;
  if (any_of(consonants,
             [c](Range range) { return range.first <= c && c <= range.last; }))
    return GraphemeClass::Consonant;
  switch (utf8proc_get_property(utf8proc_int32_t(c))->boundclass) {
  case UTF8PROC_BOUNDCLASS_CR:
    return GraphemeClass::CarriageReturn;
  case UTF8PROC_BOUNDCLASS_LF:
    return GraphemeClass::LineFeed;
  case UTF8PROC_BOUNDCLASS_CONTROL:
    return GraphemeClass::Control;
  case UTF8PROC_BOUNDCLASS_EXTEND:
    return GraphemeClass::Extend;
  case UTF8PROC_BOUNDCLASS_ZWJ:
    return GraphemeClass::ZeroWidthJoiner;
  case UTF8PROC_BOUNDCLASS_SPACINGMARK:
    return GraphemeClass::SpacingMark;
  case UTF8PROC_BOUNDCLASS_PREPEND:
    return GraphemeClass::Prepend;
  case UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR:
    return GraphemeClass::RegionalIndicator;
  case UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC:
    return GraphemeClass::Pictographic;
  case UTF8PROC_BOUNDCLASS_L:
    return GraphemeClass::HangulL;
  case UTF8PROC_BOUNDCLASS_V:
    return GraphemeClass::HangulV;
  case UTF8PROC_BOUNDCLASS_T:
    return GraphemeClass::HangulT;
  case UTF8PROC_BOUNDCLASS_LV:
    return GraphemeClass::HangulLV;
  case UTF8PROC_BOUNDCLASS_LVT:
    return GraphemeClass::HangulLVT;
  default:
    return GraphemeClass::Other;
  }
}
