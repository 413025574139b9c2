//===- template_value.h - Values in chat templates --------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// What an expression of a chat template works on, and what can be asked of it:
// a part, its truth, its written form, and the filters default, first, last,
// list, map, selectattr, string and trim.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_VALUE_H
#define EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_VALUE_H

#include "llvm/ADT/ArrayRef.h"
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

/// An argument of a filter.
struct TemplateArgument {
  llvm::StringRef name; // or empty
  TemplateValue value;
};

/// Whether it is a text of which a part is not known yet.
bool isOpen(const TemplateValue &value);

/// Says that a template needs such a text.
llvm::Error asksForText();

/// Whether a condition holds.
llvm::Expected<bool> isTrue(const TemplateValue &value);

/// What an expression writes.
llvm::Expected<std::string> writtenForm(const TemplateValue &value);

/// `value.name`.
llvm::Expected<TemplateValue> attribute(const TemplateValue &value,
                                        llvm::StringRef name);

/// `value[key]`.
llvm::Expected<TemplateValue> element(const TemplateValue &value,
                                      const TemplateValue &key);

/// `value | name(arguments)`.
llvm::Expected<TemplateValue>
applyFilter(llvm::StringRef name, const TemplateValue &value,
            llvm::ArrayRef<TemplateArgument> given);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_VALUE_H
