//===- model_table.h - The constant that the runtime reads ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_MODEL_TABLE_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_MODEL_TABLE_H

#include "compiler/target/precision_table.h"
#include "compiler/target/target_table.h"
#include "dialects/emb/role.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

#include <map>

namespace emblem::cpu {

/// What of the table is not in the kernel.program.
struct ModelTableInputs {
  const Target *target;
  Precision precision;
  std::string targets = {};         // their names
  llvm::Constant *device = nullptr; // pointer to the device's table, or null
  /// What holds the weights and the report, for the linker to find, and where
  /// they begin in it; or null, and the two are what the table holds instead.
  llvm::Constant *data;
  int64_t weights, report;
  int64_t weightsBytes;
  llvm::Constant *tokenizer = nullptr; // pointer, null where there is none
  int64_t tokenizerBytes;
  /// What the tokens are called, or null (EmblemModelTable.token_texts).
  llvm::Constant *tokenTexts = nullptr, *tokenEnds = nullptr; // pointers
  int64_t tokenCount;
  int64_t parameters;
  /// Pointers to the tables of the models beside this one.
  std::map<emb::Role, llvm::Constant *> others = {};
};

/// Adds the constant EmblemModelTable (emblem/model_table.h), which has no name
/// outside yet, from the kernel.program of `module`. The stages' functions are in
/// `program` already.
llvm::GlobalVariable *addModelTable(mlir::ModuleOp module,
                                    const ModelTableInputs &inputs,
                                    llvm::Module &program);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_MODEL_TABLE_H
