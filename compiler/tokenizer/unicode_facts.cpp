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

#include "compiler/tokenizer/unicode_facts.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include "llvm/Support/ConvertUTF.h"

#include <map>

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

/// Marks that came after Unicode 9.0.
static constexpr Range noCombiningMarks[] = {
    {0x7F4, 0x815},     {0x85C, 0x8D3},     {0x9E4, 0xA00},
    {0xAE4, 0xB00},     {0xB4E, 0xB55},     {0xC04, 0xC3D},
    {0xCE4, 0xD00},     {0xD04, 0xD3D},     {0xD64, 0xD81},
    {0xEBA, 0xEBA},     {0xECE, 0xF17},     {0x1715, 0x1731},
    {0x180E, 0x1884},   {0x1ABF, 0x1AFF},   {0x1CF5, 0x1CF7},
    {0x1DF6, 0x1DFA},   {0xA828, 0xA87F},   {0xA8F2, 0xA925},
    {0x10AE7, 0x10FFF}, {0x11047, 0x1107E}, {0x110BB, 0x110FF},
    {0x11135, 0x11172}, {0x111C1, 0x111C9}, {0x111CD, 0x1122B},
    {0x1123F, 0x112DE}, {0x11304, 0x1133B}, {0x11375, 0x11434},
    {0x11447, 0x114AF}, {0x1172C, 0x11C2E}, {0x11CB7, 0x16AEF},
    {0x16B37, 0x16F50}, {0x16F7F, 0x16F8E}, {0x16F93, 0x1BC9C},
    {0x1BC9F, 0x1D164}, {0x1E02B, 0x1E8CF}};

/// Compatibility decompositions that came after Unicode 9.0.
static constexpr Range noCompatibleDecomposition[] = {
    {0x32FF, 0x32FF},   {0xA7F1, 0xA7F4},   {0xAB69, 0xAB69},
    {0x10781, 0x107BA}, {0x1CCD6, 0x1CCF9}, {0x1E030, 0x1E06D},
    {0x1F16C, 0x1F16C}, {0x1FBF0, 0x1FBF9}};

/// What Unicode 15.1 and 16.0 added to general categories, or moved; sorted.
static constexpr struct {
  uint32_t first, last;
  const char *category;
} laterCategories[] = {
    {0x897, 0x897, "Mn"},     {0x1B4E, 0x1B4F, "P"},
    {0x1B7F, 0x1B7F, "P"},    {0x1C89, 0x1C89, "Lu"},
    {0x1C8A, 0x1C8A, "Ll"},   {0x2427, 0x2429, "S"},
    {0x2FFC, 0x2FFF, "S"},    {0x31E4, 0x31E5, "S"},
    {0x31EF, 0x31EF, "S"},    {0xA7CB, 0xA7CC, "Lu"},
    {0xA7CD, 0xA7CD, "Ll"},   {0xA7DA, 0xA7DA, "Lu"},
    {0xA7DB, 0xA7DB, "Ll"},   {0xA7DC, 0xA7DC, "Lu"},
    {0x105C0, 0x105F3, "Lo"}, {0x10D40, 0x10D49, "Nd"},
    {0x10D4A, 0x10D4D, "Lo"}, {0x10D4E, 0x10D4E, "Lm"},
    {0x10D4F, 0x10D4F, "Lo"}, {0x10D50, 0x10D65, "Lu"},
    {0x10D69, 0x10D6D, "Mn"}, {0x10D6E, 0x10D6E, "P"},
    {0x10D6F, 0x10D6F, "Lm"}, {0x10D70, 0x10D85, "Ll"},
    {0x10D8E, 0x10D8F, "S"},  {0x10EC2, 0x10EC4, "Lo"},
    {0x10EFC, 0x10EFC, "Mn"}, {0x11380, 0x11389, "Lo"},
    {0x1138B, 0x1138B, "Lo"}, {0x1138E, 0x1138E, "Lo"},
    {0x11390, 0x113B5, "Lo"}, {0x113B7, 0x113B7, "Lo"},
    {0x113B8, 0x113BA, "Mc"}, {0x113BB, 0x113C0, "Mn"},
    {0x113C2, 0x113C2, "Mc"}, {0x113C5, 0x113C5, "Mc"},
    {0x113C7, 0x113CA, "Mc"}, {0x113CC, 0x113CD, "Mc"},
    {0x113CE, 0x113CE, "Mn"}, {0x113CF, 0x113CF, "Mc"},
    {0x113D0, 0x113D0, "Mn"}, {0x113D1, 0x113D1, "Lo"},
    {0x113D2, 0x113D2, "Mn"}, {0x113D3, 0x113D3, "Lo"},
    {0x113D4, 0x113D5, "P"},  {0x113D7, 0x113D8, "P"},
    {0x113E1, 0x113E2, "Mn"}, {0x116D0, 0x116E3, "Nd"},
    {0x1171E, 0x1171E, "Mc"}, {0x11BC0, 0x11BE0, "Lo"},
    {0x11BE1, 0x11BE1, "P"},  {0x11BF0, 0x11BF9, "Nd"},
    {0x11F5A, 0x11F5A, "Mn"}, {0x13460, 0x143FA, "Lo"},
    {0x16100, 0x1611D, "Lo"}, {0x1611E, 0x16129, "Mn"},
    {0x1612A, 0x1612C, "Mc"}, {0x1612D, 0x1612F, "Mn"},
    {0x16130, 0x16139, "Nd"}, {0x16D40, 0x16D42, "Lm"},
    {0x16D43, 0x16D6A, "Lo"}, {0x16D6B, 0x16D6C, "Lm"},
    {0x16D6D, 0x16D6F, "P"},  {0x16D70, 0x16D79, "Nd"},
    {0x18CFF, 0x18CFF, "Lo"}, {0x1CC00, 0x1CCEF, "S"},
    {0x1CCF0, 0x1CCF9, "Nd"}, {0x1CD00, 0x1CEB3, "S"},
    {0x1E5D0, 0x1E5ED, "Lo"}, {0x1E5EE, 0x1E5EF, "Mn"},
    {0x1E5F0, 0x1E5F0, "Lo"}, {0x1E5F1, 0x1E5FA, "Nd"},
    {0x1E5FF, 0x1E5FF, "P"},  {0x1F8B2, 0x1F8BB, "S"},
    {0x1F8C0, 0x1F8C1, "S"},  {0x1FA89, 0x1FA89, "S"},
    {0x1FA8F, 0x1FA8F, "S"},  {0x1FABE, 0x1FABE, "S"},
    {0x1FAC6, 0x1FAC6, "S"},  {0x1FADC, 0x1FADC, "S"},
    {0x1FADF, 0x1FADF, "S"},  {0x1FAE9, 0x1FAE9, "S"},
    {0x1FBCB, 0x1FBEF, "S"},  {0x2EBF0, 0x2EE5D, "Lo"},
};

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

bool emblem::frontend::isCombiningMark(uint32_t c) {
  if (c == 0x1CF2 || c == 0x1CF3) // were, until Unicode 12.0
    return true;
  switch (getCategory(c)) {
  case UTF8PROC_CATEGORY_MN:
  case UTF8PROC_CATEGORY_MC:
  case UTF8PROC_CATEGORY_ME:
    return !isIn(noCombiningMarks, c);
  default:
    return false;
  }
}

static StringRef getPatternCategory(uint32_t c) {
  const auto *later =
      llvm::lower_bound(laterCategories, c, [](const auto &entry, uint32_t c) {
        return entry.last < c;
      });
  if (later == std::end(laterCategories) || c < later->first)
    return utf8proc_category_string(utf8proc_int32_t(c));
  return later->category;
}

static bool isInCategory(uint32_t c, StringRef name) {
  return getPatternCategory(c).starts_with(name);
}

bool emblem::frontend::isNumeric(uint32_t c) {
  return isInCategory(c, "N") || (c >= 0x11DE0 && c <= 0x11DE9) ||
         (c >= 0x16FF4 && c <= 0x16FF6);
}

std::optional<CodePointSet>
emblem::frontend::collectGeneralCategory(StringRef name) {
  static constexpr StringRef known[] = {"L",  "Lu", "Ll", "Lt", "Lm", "Lo",
                                        "M",  "Mn", "Mc", "Me", "N",  "Nd",
                                        "Nl", "No", "P",  "S",  "Z"};
  if (!is_contained(known, name))
    return std::nullopt;
  return CodePointSet::collect(
      [name](uint32_t c) { return isInCategory(c, name); });
}

uint8_t emblem::frontend::getCombiningClass(uint32_t c) {
  auto result = utf8proc_get_property(utf8proc_int32_t(c))->combining_class;
  return isIn(noCombiningClass, c) ? 0 : uint8_t(result);
}

static CodePoints decomposeBy(uint32_t c, int options) {
  utf8proc_int32_t parts[32];
  int boundary = 0;
  utf8proc_ssize_t count = utf8proc_decompose_char(
      utf8proc_int32_t(c), parts, std::size(parts),
      utf8proc_option_t(UTF8PROC_DECOMPOSE | options), &boundary);
  if (count < 1 || count > utf8proc_ssize_t(std::size(parts)))
    return {c};
  return CodePoints(parts, parts + count);
}

CodePoints emblem::frontend::decompose(uint32_t c) {
  if (isIn(noDecomposition, c))
    return {c};
  return decomposeBy(c, 0);
}

CodePoints emblem::frontend::decomposeCompatibly(uint32_t c) {
  if (isIn(noCompatibleDecomposition, c) ||
      (isIn(noDecomposition, c) && decomposeBy(c, 0).size() > 1))
    return {c};
  return decomposeBy(c, UTF8PROC_COMPAT);
}

// Whether normalisation form C keeps `c`, though it decomposes.
static bool staysComposed(uint32_t c) {
  std::string text = encodeText(c);
  auto *composed =
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t *>(text.c_str()));
  bool stays = composed && text == reinterpret_cast<const char *>(composed);
  free(composed);
  return stays;
}

std::vector<emblem::runtime::Composition>
emblem::frontend::collectCompositions() {
  using Parts = std::vector<uint32_t>;
  std::map<Parts, uint32_t> composed;
  for (uint32_t c = 0x80; c < runtime::codePoints; ++c) {
    bool isHangul = c >= 0xAC00 && c <= 0xD7A3;
    bool isSurrogate = c >= 0xD800 && c <= 0xDFFF;
    CodePoints parts;
    if (!isHangul && !isSurrogate)
      parts = decompose(c);
    if (parts.size() > 1 && staysComposed(c))
      composed[Parts(parts.begin(), parts.end())] = c;
  }
  // The last part composes with what all those before it compose to.
  std::vector<runtime::Composition> result;
  for (const auto &[parts, c] : composed) {
    Parts before(parts.begin(), parts.end() - 1);
    uint32_t first = before.size() == 1 ? before[0] : composed.at(before);
    result.push_back({first, parts.back(), c});
  }
  llvm::sort(result, [](const auto &a, const auto &b) {
    return std::pair(a.first, a.second) < std::pair(b.first, b.second);
  });
  return result;
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
