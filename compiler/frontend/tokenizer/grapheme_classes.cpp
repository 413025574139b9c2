//===- grapheme_classes.cpp - Where grapheme clusters break ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/unicode_facts.h"

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

GraphemeClass emblem::frontend::getGraphemeClass(uint32_t c) {
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
