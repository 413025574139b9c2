//===- template_expression.h - Expressions of chat templates ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The part of Jinja's expressions that templates of rerankers are written in:
// strings, whole numbers, names, attributes and elements, `~` and `+`,
// comparisons, `and`, `or`, `not`, `a if b else c`, and the filters default,
// first, last, list, map, selectattr, string and trim. Everything else is an
// error that names it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_TEMPLATE_EXPRESSION_H
#define EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_TEMPLATE_EXPRESSION_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>

namespace emblem::frontend {

/// None is what Jinja calls undefined.
using TemplateValue = std::optional<llvm::json::Value>;
/// What the names stand for.
using TemplateScope = llvm::StringMap<TemplateValue>;

/// What stands for the query and for the document, whose texts are not known
/// when a model is compiled: code points that are no characters. A template
/// that asks what they say, or changes them, is refused.
inline constexpr llvm::StringLiteral queryMark = "\xEF\xB7\x90";    // U+FDD0
inline constexpr llvm::StringLiteral documentMark = "\xEF\xB7\x91"; // U+FDD1

llvm::Expected<TemplateValue> evaluateExpression(llvm::StringRef text,
                                                 const TemplateScope &scope);

/// Whether a condition holds.
llvm::Expected<bool> isTrue(const TemplateValue &value);

/// What an expression writes.
llvm::Expected<std::string> writtenForm(const TemplateValue &value);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_HUGGINGFACE_TEMPLATE_EXPRESSION_H
