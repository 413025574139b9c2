//===- unicode_facts.cpp - Characters as `tokenizers` sees them -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Where utf8proc knows a later Unicode than the reference, a table lists the
// stretches of code points in which the reference sees none of a kind. Each
// reaches from one that the reference does know to the next, so a still later
// utf8proc gives the same facts.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/tokenizer/unicode_facts.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <utf8proc.h>

using namespace llvm;
using namespace emblem::frontend;

namespace {
struct Range {
  uint32_t first, last;
};
} // namespace

static constexpr Range noNonspacingMarks[] = {
    {0x7F4, 0x815},     {0x85C, 0x8E2},     {0x9E4, 0xA00},
    {0xAE4, 0xB00},     {0xB4E, 0xB55},     {0xC01, 0xC3D},
    {0xCE4, 0xD00},     {0xD02, 0xD40},     {0xD64, 0xDC9},
    {0xEBA, 0xEBA},     {0xECE, 0xF17},     {0x180E, 0x18A8},
    {0x1ABE, 0x1AFF},   {0x1DF6, 0x1DFB},   {0xA827, 0xA8C3},
    {0xA8C5, 0xA8DF},   {0xA8F2, 0xA925},   {0xA9BD, 0xA9E4},
    {0x10AE7, 0x11000}, {0x11047, 0x1107E}, {0x110BB, 0x110FF},
    {0x111BF, 0x111C9}, {0x111CD, 0x1122E}, {0x11238, 0x112DE},
    {0x11302, 0x1133B}, {0x11375, 0x114B2}, {0x1172C, 0x16AEF},
    {0x16B37, 0x16F8E}, {0x16F93, 0x1BC9C}, {0x1BC9F, 0x1D166},
    {0x1DAB0, 0x1E8CF}, {0x1E8D7, 0xE00FF}};

static constexpr Range noPunctuation[] = {
    {0x61C, 0x61D},     {0x971, 0xAEF},     {0xAF1, 0xDF3},
    {0x1B61, 0x1BFB},   {0x2E43, 0x3000},   {0x10B9D, 0x11046},
    {0x112AA, 0x114C5}, {0x11644, 0x1173B}, {0x1173F, 0x1246F},
    {0x12475, 0x16A6D}, {0x16B45, 0x1BC9E}, {0x1DA8C, 0x10FFFF}};

static constexpr Range noControls[] = {{0x710, 0x180D}, {0x110BE, 0x1BC9F}};

static constexpr Range noCombiningClass[] = {
    {0x7F4, 0x815},     {0x85C, 0x8D3},     {0x9CE, 0xA3B},
    {0xBCE, 0xC4C},     {0xCCE, 0xD4C},     {0xEBA, 0xEC7},
    {0x1715, 0x1733},   {0x1ABE, 0x1B33},   {0x1DF6, 0x1DFA},
    {0xA807, 0xA8C3},   {0x10AE7, 0x11045}, {0x11047, 0x1107E},
    {0x112EB, 0x1133B}, {0x11447, 0x114C1}, {0x1172C, 0x11C3E},
    {0x11C40, 0x16AEF}, {0x16B37, 0x1BC9D}, {0x1E02B, 0x1E8CF}};

static constexpr Range noDecomposition[] = {
    {0xFB4F, 0x11099}, {0x1134D, 0x114BA}, {0x115BC, 0x1D15D}};

/// Letters, marks and digits that came with Unicode 15.1 and 16.0.
static constexpr Range laterWordCharacters[] = {
    {0x897, 0x897},     {0x1C89, 0x1C8A},   {0xA7CB, 0xA7CD},
    {0xA7DA, 0xA7DC},   {0x105C0, 0x105F3}, {0x10D40, 0x10D65},
    {0x10D69, 0x10D6D}, {0x10D6F, 0x10D85}, {0x10EC2, 0x10EC4},
    {0x10EFC, 0x10EFC}, {0x11380, 0x11389}, {0x1138B, 0x1138B},
    {0x1138E, 0x1138E}, {0x11390, 0x113B5}, {0x113B7, 0x113C0},
    {0x113C2, 0x113C2}, {0x113C5, 0x113C5}, {0x113C7, 0x113CA},
    {0x113CC, 0x113D3}, {0x113E1, 0x113E2}, {0x116D0, 0x116E3},
    {0x11BC0, 0x11BE0}, {0x11BF0, 0x11BF9}, {0x11F5A, 0x11F5A},
    {0x13460, 0x143FA}, {0x16100, 0x16139}, {0x16D40, 0x16D6C},
    {0x16D70, 0x16D79}, {0x18CFF, 0x18CFF}, {0x1CCF0, 0x1CCF9},
    {0x1E5D0, 0x1E5FA}, {0x2EBF0, 0x2EE5D}};

/// Lower case that came after Unicode 15.0: `first` to `last` each go up by
/// `distance`; with `pairs`, only every other one does.
static constexpr struct {
  uint32_t first, last;
  int32_t distance;
  bool pairs;
} laterLowercase[] = {
    {0x1C89, 0x1C89, 1, false},      {0xA7CB, 0xA7CB, 0x264 - 0xA7CB, false},
    {0xA7CC, 0xA7CC, 1, false},      {0xA7CE, 0xA7D4, 1, true},
    {0xA7DA, 0xA7DA, 1, false},      {0xA7DC, 0xA7DC, 0x19B - 0xA7DC, false},
    {0x10D50, 0x10D65, 0x20, false}, {0x16EA0, 0x16EB8, 0x1B, false}};

static bool isIn(ArrayRef<Range> ranges, uint32_t c) {
  return any_of(
      ranges, [c](Range range) { return range.first <= c && c <= range.last; });
}

static utf8proc_category_t getCategory(uint32_t c) {
  return utf8proc_category(utf8proc_int32_t(c));
}

bool emblem::frontend::isControl(uint32_t c) {
  if (c == '\t' || c == '\n' || c == '\r')
    return false;
  switch (getCategory(c)) {
  case UTF8PROC_CATEGORY_CC:
  case UTF8PROC_CATEGORY_CO:
    return true;
  case UTF8PROC_CATEGORY_CF:
    return !isIn(noControls, c);
  default:
    return false;
  }
}

bool emblem::frontend::isWhitespace(uint32_t c) {
  if ((c >= '\t' && c <= '\r') || c == 0x85)
    return true;
  switch (getCategory(c)) {
  case UTF8PROC_CATEGORY_ZS:
  case UTF8PROC_CATEGORY_ZL:
  case UTF8PROC_CATEGORY_ZP:
    return true;
  default:
    return false;
  }
}

bool emblem::frontend::isChinese(uint32_t c) {
  // The reference's list, which starts the block of U+2B820 a little late.
  static constexpr Range blocks[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
                                     {0xF900, 0xFAFF},   {0x20000, 0x2A6DF},
                                     {0x2A700, 0x2B81F}, {0x2B920, 0x2CEAF},
                                     {0x2F800, 0x2FA1F}};
  return isIn(blocks, c);
}

bool emblem::frontend::isPunctuation(uint32_t c) {
  if (c < 0x80)
    return c > ' ' && c < 0x7F && !isalnum(int(c));
  if (c == 0x166D || c == 0x111C9) // were, until Unicode 12.0 and 11.0
    return true;
  switch (getCategory(c)) {
  case UTF8PROC_CATEGORY_PC:
  case UTF8PROC_CATEGORY_PD:
  case UTF8PROC_CATEGORY_PS:
  case UTF8PROC_CATEGORY_PE:
  case UTF8PROC_CATEGORY_PI:
  case UTF8PROC_CATEGORY_PF:
  case UTF8PROC_CATEGORY_PO:
    return !isIn(noPunctuation, c);
  default:
    return false;
  }
}

bool emblem::frontend::isNonspacingMark(uint32_t c) {
  if (c == 0x1734) // was one, until Unicode 14.0
    return true;
  return getCategory(c) == UTF8PROC_CATEGORY_MN && !isIn(noNonspacingMarks, c);
}

bool emblem::frontend::isWordCharacter(uint32_t c) {
  switch (getCategory(c)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LT:
  case UTF8PROC_CATEGORY_LM:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME:
  case UTF8PROC_CATEGORY_ND:
  case UTF8PROC_CATEGORY_NL:
  case UTF8PROC_CATEGORY_PC:
    return true;
  default:
    // The zero-width joiners, and the circled letters, which are alphabetic.
    static constexpr Range others[] = {{0x200C, 0x200D},
                                       {0x24B6, 0x24E9},
                                       {0x1F130, 0x1F149},
                                       {0x1F150, 0x1F169},
                                       {0x1F170, 0x1F189}};
    return isIn(others, c) || isIn(laterWordCharacters, c);
  }
}

uint8_t emblem::frontend::getCombiningClass(uint32_t c) {
  auto result = utf8proc_get_property(utf8proc_int32_t(c))->combining_class;
  return isIn(noCombiningClass, c) ? 0 : uint8_t(result);
}

CodePoints emblem::frontend::decompose(uint32_t c) {
  if (isIn(noDecomposition, c))
    return {c};
  utf8proc_int32_t parts[16];
  int boundary = 0;
  utf8proc_ssize_t count =
      utf8proc_decompose_char(utf8proc_int32_t(c), parts, std::size(parts),
                              UTF8PROC_DECOMPOSE, &boundary);
  if (count < 1 || count > utf8proc_ssize_t(std::size(parts)))
    return {c};
  return CodePoints(parts, parts + count);
}

CodePoints emblem::frontend::toLowercase(uint32_t c) {
  if (c == 0x130) // the only one that becomes two
    return {'i', 0x307};
  for (const auto &later : laterLowercase)
    if (later.first <= c && c <= later.last &&
        !(later.pairs && (c - later.first) % 2))
      return {c + later.distance};
  return {uint32_t(utf8proc_tolower(utf8proc_int32_t(c)))};
}
