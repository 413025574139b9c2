//===- program.h - From the llvm dialect to an object file ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_CODEGEN_PROGRAM_H
#define EMBLEM_COMPILER_CODEGEN_PROGRAM_H

#include "compiler/codegen/weight_section.h"
#include "compiler/target/precision_table.h"
#include "compiler/target/target_table.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

namespace emblem::codegen {

/// Which of a program's models: the one that there is, one of texts beside
/// which there is an image tower, or that tower.
enum class ModelRole { Alone, HasImageTower, IsImageTower };

/// What a program maps beside its code.
struct ProgramData {
  const WeightSection &weights;
  llvm::StringRef tokenizer; // its tables; empty: none
  /// What the tokens are called (EmblemModelTable.token_texts), where the
  /// model's outputs speak of tokens.
  llvm::StringRef tokenTexts = {};
  llvm::ArrayRef<uint32_t> tokenEnds = {};
  ModelRole role = ModelRole::Alone;
};

/// External symbols of a program until they are embedded.
namespace symbol {
inline constexpr llvm::StringLiteral weights = "emblem_weights";
inline constexpr llvm::StringLiteral imageWeights = "emblem_image_weights";
inline constexpr llvm::StringLiteral tokenizer = "emblem_tokenizer";
inline constexpr llvm::StringLiteral report = "emblem_report";
/// The image tower's table, until it is joined.
inline constexpr llvm::StringLiteral imageTower = "emblem_image_tower";
} // namespace symbol

/// The optimised LLVM module of a lowered model: its stages, and the
/// EmblemModelTable that ties them to the data and to the report, which are
/// external symbols; of `data` only the sizes matter.
llvm::Expected<std::unique_ptr<llvm::Module>>
buildProgram(mlir::ModuleOp lowered, const ProgramData &data,
             const Target &target, Precision precision,
             llvm::LLVMContext &context);

/// Makes the program of an image tower part of the one that has it. Both are of
/// one context, and have one report.
llvm::Error joinImageTower(llvm::Module &program,
                           std::unique_ptr<llvm::Module> tower);

/// Gives the external data their bytes, which are copied.
void embedData(llvm::Module &program, const ProgramData &data);
/// Gives the report its text, in JSON.
void embedReport(llvm::Module &program, llvm::StringRef json);

/// Writes `program` as an object file, or as assembly.
llvm::Error writeObject(llvm::Module &program, const Target &target,
                        llvm::raw_pwrite_stream &out, bool assembly);

} // namespace emblem::codegen

#endif // EMBLEM_COMPILER_CODEGEN_PROGRAM_H
