//===- text_reader.cpp - PTX text by statements ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/text_reader.h"

#include "test/gpu/ptx_machine/program.h"

#include <algorithm>
#include <cctype>

namespace emblem::ptx {

static bool isNameCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         c == '%';
}

TextReader::TextReader(std::string_view source) : text(source) {
  // A zero byte may end what a driver is given.
  text.resize(std::min(text.find('\0'), text.size()));
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '/' || (text[i + 1] != '/' && text[i + 1] != '*'))
      continue;
    bool block = text[i + 1] == '*';
    size_t end = block ? text.find("*/", i + 2) : text.find('\n', i);
    end = end == std::string::npos ? text.size() : end + (block ? 2 : 0);
    for (; i < end; ++i)
      if (text[i] != '\n')
        text[i] = ' ';
    --i;
  }
}

void TextReader::advance() {
  if (text[place++] == '\n')
    ++lineNumber;
}

bool TextReader::next() {
  while (place < text.size() &&
         std::isspace(static_cast<unsigned char>(text[place])))
    advance();
  return place < text.size();
}

bool TextReader::at(std::string_view word) const {
  if (text.compare(place, word.size(), word) != 0)
    return false;
  size_t after = place + word.size();
  return after >= text.size() || !isNameCharacter(text[after]);
}

std::string TextReader::until(std::string_view stops) {
  int begin = lineNumber;
  std::string result;
  while (place < text.size() && stops.find(text[place]) == std::string::npos) {
    result += text[place] == '\n' ? ' ' : text[place];
    advance();
  }
  if (place == text.size())
    throw ProgramError(begin, "the statement does not end");
  return result;
}

void TextReader::skipLine() {
  while (place < text.size() && text[place] != '\n')
    advance();
}

void TextReader::skipBraces() {
  int depth = 0;
  do {
    if (place == text.size())
      throw ProgramError(lineNumber, "a brace is not closed");
    depth += (text[place] == '{') - (text[place] == '}');
    advance();
  } while (depth);
}

std::string TextReader::takeLabel() {
  size_t end = place;
  while (end < text.size() && isNameCharacter(text[end]))
    ++end;
  size_t colon = end;
  while (colon < text.size() && (text[colon] == ' ' || text[colon] == '\t'))
    ++colon;
  if (end == place || colon >= text.size() || text[colon] != ':' ||
      text.compare(colon, 2, "::") == 0)
    return "";
  std::string name = text.substr(place, end - place);
  place = colon + 1;
  return name;
}

} // namespace emblem::ptx
