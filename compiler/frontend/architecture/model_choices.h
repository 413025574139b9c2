//===- model_choices.h - A user's word where a model has none ---*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_CHOICES_H
#define EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_CHOICES_H

#include "compiler/description/description.h"

#include "llvm/Support/Error.h"

namespace emblem::frontend {

/// What a user says of a model: where its files do not, or in place of them.
struct ModelChoices {
  std::string task;              // of several; empty: none is named
  std::vector<PoolKind> pooling; // side by side; empty: as the files say
  std::optional<bool> normalize; // of the vectors
  std::optional<bool>
      unknownTokens; // whether they count, in a table of vectors
};

/// "cls", or several ways with commas between them: the names of a description,
/// and Sentence Transformers'.
llvm::Expected<std::vector<PoolKind>> parsePooling(llvm::StringRef names);
/// What --`option` says with one of two words; none where `value` is empty.
llvm::Expected<std::optional<bool>> parseEither(llvm::StringRef option,
                                                llvm::StringRef value,
                                                llvm::StringRef yes,
                                                llvm::StringRef no);
/// "mean, max" of a description's names.
std::string poolingText(llvm::ArrayRef<PoolKind> pooling);

/// What to do where a model does not say how it pools.
inline constexpr llvm::StringLiteral poolingAdvice =
    "say it with --pooling=cls, mean, last or another one of those that "
    "--help lists, and with --normalize=yes where vectors have length 1";

/// Puts pooling and normalize in place of what the models of the source `path`
/// have. The error of a choice that they have no place for.
llvm::Error applyChoices(const ModelChoices &choices, llvm::StringRef path,
                         llvm::MutableArrayRef<Description> models);

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_ARCHITECTURE_MODEL_CHOICES_H
