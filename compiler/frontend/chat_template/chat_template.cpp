//===- chat_template.cpp - Chat templates of rerankers --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/chat_template/chat_template.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// Pieces
//===----------------------------------------------------------------------===//

namespace {
enum class PieceKind { Text, Output, Statement };

struct Piece {
  PieceKind kind;
  StringRef body; // without its braces, signs and outer white space
};

/// Cuts a template where its braces are.
class Splitter {
public:
  explicit Splitter(StringRef source) : rest(source) {}

  Expected<std::vector<Piece>> run() {
    while (true) {
      size_t brace = findTag();
      if (brace == StringRef::npos)
        break;
      StringRef text = rest.take_front(brace);
      rest = rest.drop_front(brace);
      if (Error error = addTag(text))
        return error;
    }
    addText(rest);
    return std::move(pieces);
  }

private:
  size_t findTag() const {
    for (size_t at = 0; (at = rest.find('{', at)) != StringRef::npos; ++at)
      if (rest.substr(at + 1).starts_with("{") ||
          rest.substr(at + 1).starts_with("%") ||
          rest.substr(at + 1).starts_with("#"))
        return at;
    return StringRef::npos;
  }

  void addText(StringRef text) {
    if (!text.empty())
      pieces.push_back({PieceKind::Text, text});
  }

  // The end of a tag, which is not looked for in strings.
  static size_t findEnd(StringRef body, StringRef end, bool isComment) {
    char quote = 0;
    for (size_t i = 0; i < body.size(); ++i) {
      char c = body[i];
      if (quote) {
        if (c == '\\')
          ++i;
        else if (c == quote)
          quote = 0;
      } else if (!isComment && (c == '"' || c == '\'')) {
        quote = c;
      } else if (body.substr(i).starts_with(end)) {
        return i;
      }
    }
    return StringRef::npos;
  }

  // The text before the tag at the start of `rest`, and the tag.
  Error addTag(StringRef text) {
    char sign = rest[1];
    bool isOutput = sign == '{', isComment = sign == '#';
    StringRef body = rest.drop_front(2);
    size_t end = findEnd(body,
                         isOutput    ? "}}"
                         : isComment ? "#}"
                                     : "%}",
                         isComment);
    if (end == StringRef::npos)
      return createStringError("has a '" + rest.take_front(2) +
                               "' that does not end");
    rest = body.drop_front(end + 2);
    body = body.take_front(end);

    if (body.consume_front("-")) {
      text = text.rtrim();
    } else if (!body.consume_front("+") && !isOutput) {
      // Blanks before a tag that comes first on its line.
      StringRef line = text.substr(text.rfind('\n') + 1);
      bool isWholeLine = line.size() < text.size() || atLineStart;
      if (isWholeLine && line.trim(" \t\v\f\r").empty())
        text = text.drop_back(line.size());
    }
    addText(text);

    atLineStart = false;
    if (body.consume_back("-"))
      rest = rest.ltrim();
    else if (!body.consume_back("+") && !isOutput)
      atLineStart = rest.consume_front("\n");
    if (!isComment)
      pieces.push_back(
          {isOutput ? PieceKind::Output : PieceKind::Statement, body.trim()});
    return Error::success();
  }

  StringRef rest;
  bool atLineStart = true;
  std::vector<Piece> pieces;
};

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

// "if", of "if a == b".
StringRef wordOf(const Piece &piece) {
  return piece.kind == PieceKind::Statement
             ? piece.body.take_while([](char c) { return isAlpha(c); })
             : "";
}
StringRef argumentOf(const Piece &piece) {
  return piece.body.drop_front(wordOf(piece).size()).trim();
}

class Renderer {
public:
  explicit Renderer(ArrayRef<Piece> pieces) : pieces(pieces) {}

  /// Writes pieces [begin, end) with the names of `scope`.
  Error run(size_t begin, size_t end, TemplateScope &scope) {
    if (nesting > mostNesting)
      return createStringError("nests more than " + Twine(mostNesting) +
                               " levels, which is not supported");
    ++nesting;
    llvm::scope_exit atEnd([&] { --nesting; });
    for (size_t i = begin; i < end; ++i) {
      if (++steps > mostSteps || text.size() > mostBytes)
        return createStringError("writes too much for a pair");
      const Piece &piece = pieces[i];
      if (piece.kind == PieceKind::Text) {
        text += piece.body;
        continue;
      }
      if (piece.kind == PieceKind::Output) {
        auto value = evaluateExpression(piece.body, scope);
        if (!value)
          return value.takeError();
        auto written = writtenForm(*value);
        if (!written)
          return written.takeError();
        text += *written;
        continue;
      }
      StringRef word = wordOf(piece);
      Error error =
          word == "set"  ? runSet(piece, scope)
          : word == "if" ? runIf(i, end, scope)
          : word == "for"
              ? runFor(i, end, scope)
              : createStringError("has the statement '" + word +
                                  "', where known are if, for and set");
      if (error)
        return error;
    }
    return Error::success();
  }

  std::string text;

private:
  // Where a block goes on: the next of `words` that belongs to it.
  Expected<size_t> findNext(size_t begin, size_t end,
                            ArrayRef<StringRef> words) {
    int depth = 0;
    for (size_t i = begin; i < end; ++i) {
      StringRef word = wordOf(pieces[i]);
      if (depth == 0 && is_contained(words, word))
        return i;
      depth += (word == "if" || word == "for") -
               (word == "endif" || word == "endfor");
    }
    return createStringError("has no '" + words.back() + "' where one must be");
  }

  Error runSet(const Piece &piece, TemplateScope &scope) {
    auto [name, expression] = argumentOf(piece).split('=');
    name = name.trim();
    if (expression.empty() ||
        !all_of(name, [](char c) { return isAlnum(c) || c == '_'; }))
      return createStringError("has the statement '" + piece.body +
                               "', where known is set NAME = ...");
    auto value = evaluateExpression(expression, scope);
    if (!value)
      return value.takeError();
    scope[name] = *value;
    return Error::success();
  }

  // `at` becomes the place of the block's end.
  Error runIf(size_t &at, size_t end, TemplateScope &scope) {
    bool done = false;
    while (true) {
      bool chosen = false;
      StringRef word = wordOf(pieces[at]);
      if (word == "endif")
        return Error::success();
      if (!done && word != "else") {
        auto value = evaluateExpression(argumentOf(pieces[at]), scope);
        if (!value)
          return value.takeError();
        if (Error error = isTrue(*value).moveInto(chosen))
          return error;
      } else if (!done) {
        chosen = true;
      }
      auto next = findNext(at + 1, end, {"elif", "else", "endif"});
      if (!next)
        return next.takeError();
      if (chosen)
        if (Error error = run(at + 1, *next, scope))
          return error;
      done |= chosen;
      at = *next;
    }
  }

  Error runFor(size_t &at, size_t end, TemplateScope &scope) {
    auto next = findNext(at + 1, end, {"endfor"});
    if (!next)
      return next.takeError();
    auto [name, expression] = argumentOf(pieces[at]).split(" in ");
    auto list = evaluateExpression(expression, scope);
    if (!list)
      return list.takeError();
    const json::Array *items = *list ? (*list)->getAsArray() : nullptr;
    if (!items)
      return createStringError("has the statement '" + pieces[at].body +
                               "', which is no list");
    for (const json::Value &item : *items) {
      TemplateScope inner = scope; // what is set in a loop stays there
      inner[name.trim()] = item;
      if (Error error = run(at + 1, *next, inner))
        return error;
    }
    at = *next;
    return Error::success();
  }

  // No template of a reranker comes near these.
  static constexpr int mostNesting = 100;
  static constexpr int mostSteps = 10000;
  static constexpr size_t mostBytes = 1 << 20;

  ArrayRef<Piece> pieces;
  int nesting = 0, steps = 0;
};
} // namespace

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

Expected<std::string> emblem::frontend::renderTemplate(StringRef source,
                                                       TemplateScope scope) {
  if (source.contains(queryMark) || source.contains(documentMark))
    return createStringError("holds U+FDD0 or U+FDD1, which are no characters");
  source.consume_back("\n"); // Jinja drops the last one
  auto pieces = Splitter(source).run();
  if (!pieces)
    return pieces.takeError();
  Renderer renderer(*pieces);
  if (Error error = renderer.run(0, pieces->size(), scope))
    return error;
  return std::move(renderer.text);
}

Expected<PairText> emblem::frontend::renderPair(StringRef source,
                                                TemplateScope scope) {
  auto text = renderTemplate(source, std::move(scope));
  if (!text)
    return text.takeError();
  StringRef whole = *text;
  if (whole.count(queryMark) != 1 || whole.count(documentMark) != 1 ||
      whole.find(queryMark) > whole.find(documentMark))
    return createStringError("must write the query once, and then the document "
                             "once");
  auto [before, rest] = whole.split(queryMark);
  auto [between, after] = rest.split(documentMark);
  return PairText{before.str(), between.str(), after.str()};
}
