//===- chat_template.h - Chat templates of rerankers ------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A chat template is a program in Jinja. Of a reranker it is run when the model
// is compiled, with marks in the place of the query and the document: what is
// left is the text around them. Statements that are known are if, elif, else,
// for and set; template_expression.h says which expressions are. White space is
// treated as transformers does (trim_blocks and lstrip_blocks).
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_CHAT_TEMPLATE_H
#define EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_CHAT_TEMPLATE_H

#include "compiler/frontend/chat_template/template_expression.h"
#include "compiler/tokenizer/pair_text.h"

namespace emblem::frontend {

/// What `source` writes where its names stand for `scope`.
llvm::Expected<std::string> renderTemplate(llvm::StringRef source,
                                           TemplateScope scope);

/// The same of one that holds `queryMark` once, and then `documentMark`.
llvm::Expected<PairText> renderPair(llvm::StringRef source,
                                    TemplateScope scope);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_CHAT_TEMPLATE_CHAT_TEMPLATE_H
