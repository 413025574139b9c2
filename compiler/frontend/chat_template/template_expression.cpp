//===- template_expression.cpp - Expressions of chat templates ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/chat_template/template_expression.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem::frontend;

// No template of a reranker comes near these.
static constexpr int mostNesting = 100;
static constexpr size_t mostBytes = 1 << 20;

namespace {
/// Reads an expression and evaluates it at once: a function a precedence, from
/// the weakest. Both sides of `and`, `or` and `if` are evaluated.
class Evaluator {
public:
  Evaluator(StringRef text, const TemplateScope &scope)
      : rest(text), scope(scope) {}

  Expected<TemplateValue> run() {
    auto value = conditional();
    if (value && !rest.ltrim().empty())
      return notKnown();
    return value;
  }

private:
  Expected<TemplateValue> conditional();
  Expected<TemplateValue> disjunction();
  Expected<TemplateValue> conjunction();
  Expected<TemplateValue> negation();
  Expected<TemplateValue> comparison();
  Expected<TemplateValue> concatenation();
  Expected<TemplateValue> postfix();
  Expected<TemplateValue> primary();
  Expected<TemplateValue> string(char quote);
  Expected<std::vector<TemplateArgument>> arguments();

  bool take(StringRef symbol) {
    StringRef after = rest.ltrim();
    if (!after.consume_front(symbol))
      return false;
    rest = after;
    return true;
  }
  // A name or keyword; empty: there is none.
  StringRef peekName() {
    return rest.ltrim().take_while(
        [](char c) { return isAlnum(c) || c == '_'; });
  }
  StringRef takeName() {
    StringRef name = peekName();
    rest = rest.ltrim().drop_front(name.size());
    return name;
  }
  bool takeKeyword(StringRef keyword) {
    if (peekName() != keyword)
      return false;
    takeName();
    return true;
  }
  Error notKnown() {
    StringRef text = rest.trim();
    return createStringError(
        text.empty() ? Twine("has an expression that ends too early")
                     : "has '" + text.take_front(32) +
                           "' in an expression, which is not supported");
  }

  // Whether one level more is too much.
  bool nestsTooDeep() { return ++nesting > mostNesting; }
  static Error tooDeep() {
    return createStringError("nests more than " + Twine(mostNesting) +
                             " levels, which is not supported");
  }

  StringRef rest;
  const TemplateScope &scope;
  int nesting = 0;
};
} // namespace

Expected<TemplateValue> Evaluator::conditional() {
  if (nestsTooDeep())
    return tooDeep();
  llvm::scope_exit atEnd([&] { --nesting; });
  auto value = disjunction();
  if (!value || !takeKeyword("if"))
    return value;
  auto condition = disjunction();
  if (!condition)
    return condition.takeError();
  auto holds = isTrue(*condition);
  if (!holds)
    return holds.takeError();
  Expected<TemplateValue> other = TemplateValue();
  if (takeKeyword("else"))
    other = conditional();
  return !other || !*holds ? std::move(other) : std::move(value);
}

Expected<TemplateValue> Evaluator::disjunction() {
  auto value = conjunction();
  while (value && takeKeyword("or")) {
    auto holds = isTrue(*value);
    if (!holds)
      return holds.takeError();
    auto other = conjunction();
    if (!other)
      return other;
    if (!*holds)
      value = std::move(other);
  }
  return value;
}

Expected<TemplateValue> Evaluator::conjunction() {
  auto value = negation();
  while (value && takeKeyword("and")) {
    auto holds = isTrue(*value);
    if (!holds)
      return holds.takeError();
    auto other = negation();
    if (!other)
      return other;
    if (*holds)
      value = std::move(other);
  }
  return value;
}

Expected<TemplateValue> Evaluator::negation() {
  if (!takeKeyword("not"))
    return comparison();
  if (nestsTooDeep())
    return tooDeep();
  llvm::scope_exit atEnd([&] { --nesting; });
  auto value = negation();
  if (!value)
    return value;
  auto holds = isTrue(*value);
  if (!holds)
    return holds.takeError();
  return TemplateValue(!*holds);
}

Expected<TemplateValue> Evaluator::comparison() {
  auto value = concatenation();
  if (!value)
    return value;
  if (takeKeyword("is")) {
    bool negated = takeKeyword("not");
    StringRef test = peekName();
    bool holds = false;
    if (test == "defined")
      holds = value->has_value();
    else if (test == "undefined")
      holds = !value->has_value();
    else if (test == "none")
      holds = *value && (*value)->getAsNull();
    else if (test == "string")
      holds = *value && (*value)->getAsString();
    else
      return notKnown();
    takeName();
    return TemplateValue(holds != negated);
  }
  bool equal = take("==");
  if (!equal && !take("!="))
    return value;
  auto other = concatenation();
  if (!other)
    return other;
  if (isOpen(*value) || isOpen(*other))
    return asksForText();
  return TemplateValue((*value == *other) == equal);
}

Expected<TemplateValue> Evaluator::concatenation() {
  auto value = postfix();
  while (value) {
    bool adds = take("+");
    if (!adds && !take("~"))
      break;
    auto other = postfix();
    if (!other)
      return other;
    auto isText = [](const TemplateValue &value) {
      return value && value->getAsString();
    };
    if (adds && !(isText(*value) && isText(*other)))
      return createStringError("adds what are no texts, which is not "
                               "supported");
    auto first = writtenForm(*value), second = writtenForm(*other);
    if (!first || !second)
      return joinErrors(first.takeError(), second.takeError());
    if (first->size() + second->size() > mostBytes)
      return createStringError("makes a text of more than " + Twine(mostBytes) +
                               " bytes, which is not supported");
    value = TemplateValue(*first + *second);
  }
  return value;
}

Expected<TemplateValue> Evaluator::postfix() {
  auto value = primary();
  while (value) {
    if (take(".")) {
      StringRef name = takeName();
      if (rest.ltrim().starts_with("("))
        return createStringError("calls " + name +
                                 "(), which is not supported");
      value = attribute(*value, name);
    } else if (take("[")) {
      auto key = conditional();
      if (!key)
        return key;
      if (!take("]"))
        return notKnown();
      value = element(*value, *key);
    } else if (take("|")) {
      StringRef name = takeName();
      auto given = arguments();
      if (!given)
        return given.takeError();
      value = applyFilter(name, *value, *given);
    } else if (rest.ltrim().starts_with("(")) {
      return createStringError("calls a function, which is not supported");
    } else {
      break;
    }
  }
  return value;
}

Expected<TemplateValue> Evaluator::primary() {
  if (take("(")) {
    auto value = conditional();
    if (value && !take(")"))
      return notKnown();
    return value;
  }
  for (char quote : {'"', '\''})
    if (take(StringRef(&quote, 1)))
      return string(quote);
  StringRef name = peekName();
  if (name.empty())
    return notKnown();
  int64_t number;
  if (!name.getAsInteger(10, number)) {
    takeName();
    return TemplateValue(number);
  }
  if (isDigit(name.front()))
    return notKnown();
  takeName();
  if (name == "true" || name == "True" || name == "false" || name == "False")
    return TemplateValue(name.lower() == "true");
  if (name == "none" || name == "None")
    return TemplateValue(nullptr);
  return scope.lookup(name);
}

Expected<TemplateValue> Evaluator::string(char quote) {
  std::string text;
  while (!rest.empty() && rest.front() != quote) {
    char c = rest.front();
    rest = rest.drop_front();
    if (c != '\\') {
      text += c;
      continue;
    }
    size_t escape = StringRef("nrt\\'\"").find(rest.empty() ? ' ' : rest[0]);
    if (escape == StringRef::npos)
      return createStringError("has the escape '\\" + rest.take_front(1) +
                               "' in a string, which is not supported");
    text += "\n\r\t\\'\""[escape];
    rest = rest.drop_front();
  }
  if (rest.empty())
    return createStringError("has a string that does not end");
  rest = rest.drop_front();
  return TemplateValue(text);
}

// "(a, name=b)", or nothing.
Expected<std::vector<TemplateArgument>> Evaluator::arguments() {
  std::vector<TemplateArgument> result;
  if (!take("("))
    return result;
  while (!take(")")) {
    if (!result.empty() && !take(","))
      return notKnown();
    StringRef name, start = rest;
    if (StringRef word = takeName(); !word.empty() && take("=") && !take("="))
      name = word;
    else
      rest = start;
    auto value = conditional();
    if (!value)
      return value.takeError();
    result.push_back({name, *value});
  }
  return result;
}

Expected<TemplateValue>
emblem::frontend::evaluateExpression(StringRef text,
                                     const TemplateScope &scope) {
  return Evaluator(text, scope).run();
}
