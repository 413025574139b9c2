//===- text_reader.h - PTX text by statements -------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_PTX_MACHINE_TEXT_READER_H
#define EMBLEM_TEST_GPU_PTX_MACHINE_TEXT_READER_H

#include <cstddef>
#include <string>
#include <string_view>

namespace emblem::ptx {

/// Goes through text whose comments have become blanks, and counts its lines.
class TextReader {
public:
  explicit TextReader(std::string_view text);

  /// Skips blanks; false at the end.
  bool next();
  char peek() const { return text[place]; }
  int line() const { return lineNumber; }
  /// Whether the text goes on with the word, and after it something else.
  bool at(std::string_view word) const;
  /// Everything up to the first of the characters, which is left.
  std::string until(std::string_view stops);
  void skip() { advance(); }
  void skipLine();
  /// From one brace to the one that closes it.
  void skipBraces();
  /// A label's name if a label is here; its colon is taken as well.
  std::string takeLabel();

private:
  void advance();

  std::string text;
  size_t place = 0;
  int lineNumber = 1;
};

} // namespace emblem::ptx

#endif // EMBLEM_TEST_GPU_PTX_MACHINE_TEXT_READER_H
