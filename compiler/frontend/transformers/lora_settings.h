//===- lora_settings.h - Settings of a LoRA adapter -------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_LORA_SETTINGS_H
#define EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_LORA_SETTINGS_H

#include "compiler/files/json_file.h"

namespace emblem::frontend {

/// What an adapter_config.json says of the matrices beside it.
class LoraSettings {
public:
  /// Reads the file. Other adapters than LoRA, and what changes a LoRA's
  /// arithmetic, are refused by name.
  static llvm::Expected<LoraSettings> read(llvm::StringRef path);

  /// The rank of a module's matrices, and the factor of their product: of the
  /// whole, or where "rank_pattern" or "alpha_pattern" names the module.
  llvm::Expected<int64_t> rankOf(llvm::StringRef module) const;
  llvm::Expected<double> scaleOf(llvm::StringRef module) const;

private:
  explicit LoraSettings(JsonObject config) : config(std::move(config)) {}
  llvm::Error check() const;
  llvm::Expected<double> numberOf(llvm::StringRef module,
                                  llvm::StringRef patterns, double whole) const;

  JsonObject config;
  int64_t rank = 0;
  double alpha = 0.0;
  bool takesRoot = false; // the factor is alpha / sqrt(rank)
};

} // namespace emblem::frontend

#endif // EMBLEM_COMPILER_FRONTEND_TRANSFORMERS_LORA_SETTINGS_H
