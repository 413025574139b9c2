//===- program.h - From the llvm dialect to an object file ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_PROGRAM_H
#define EMBLEM_COMPILER_CODEGEN_PROGRAM_H

#include "compiler/frontend/weights/weight_store.h"
#include "compiler/target/target_table.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

namespace emblem::codegen {

/// The optimised LLVM module of a lowered model: its stages, its weights
/// packed, its tokenizer's tables (empty: none) and the EmblemModelTable that
/// ties them. Where `embedData` is false the data are external symbols, and the
/// code can be read.
llvm::Expected<std::unique_ptr<llvm::Module>>
buildProgram(mlir::ModuleOp lowered, const frontend::WeightStore &store,
             llvm::StringRef tokenizer, const Target &target,
             llvm::LLVMContext &context, bool embedData);

/// Writes `program` as an object file, or as assembly.
llvm::Error writeObject(llvm::Module &program, const Target &target,
                        llvm::raw_pwrite_stream &out, bool assembly);

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_PROGRAM_H
