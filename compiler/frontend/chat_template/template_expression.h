//===- template_expression.h - Expressions of chat templates ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// The part of Jinja's expressions that templates of rerankers are written in:
// strings, whole numbers, names, attributes and elements, `~` and `+`,
// comparisons, `and`, `or`, `not`, `a if b else c`, and the filters of
// template_value.h. Everything else is an error that names it.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_EXPRESSION_H
#define EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_EXPRESSION_H

#include "compiler/frontend/chat_template/template_value.h"

namespace emblem::frontend {

llvm::Expected<TemplateValue> evaluateExpression(llvm::StringRef text,
                                                 const TemplateScope &scope);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_TEMPLATE_EXPRESSION_H
