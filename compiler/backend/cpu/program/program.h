//===- program.h - From the llvm dialect to an object file ------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_PROGRAM_H
#define EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_PROGRAM_H

#include "compiler/backend/device/device_table.h"
#include "compiler/package/data_section.h"
#include "compiler/target/precision_table.h"
#include "compiler/target/target_table.h"
#include "dialects/emb/role.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

namespace emblem::cpu {

/// What a program has beside its code.
struct ProgramData {
  size_t index = 0; // the model's, of the program's
  emb::Role role = emb::Role::Main;
  llvm::ArrayRef<emb::Role> others = {}; // of the models beside a main one
  int64_t weightBytes;                   // of all of its section
  int64_t parameters;
  const package::DataSection &data;
  /// Whether the data are in the object file, for the linker to find; or else
  /// marks stand for the distances to them (data_section.h).
  bool linkedData = false;
  llvm::StringRef tokenizer = {}; // its tables; empty: none
  /// What the tokens are called (EmblemModelTable.token_texts); empty: there is
  /// no tokenizer.
  llvm::StringRef tokenTexts = {};
  llvm::ArrayRef<uint32_t> tokenEnds = {};
  /// The machines that it runs on, as it says; empty: the target alone.
  std::string targets = {};
  /// Its code for a device; none: there is no module.
  mlir::ModuleOp deviceModule = {};
  device::TableInputs device = {};
};

/// External symbols of a program.
namespace symbol {
/// The data section, where it is in the object file.
inline constexpr llvm::StringLiteral data = "emblem_weights";
inline constexpr llvm::StringLiteral tokenizer = "emblem_tokenizer";
} // namespace symbol

/// In an object file, the section that the data begin and of which it holds a
/// byte; what writes files puts the rest behind it.
inline constexpr llvm::StringLiteral dataSection = ".rodata.emblem_weights";

/// The optimised LLVM module of a lowered model: its stages, and the
/// EmblemModelTable that ties them to the data; the tokenizer's tables are an
/// external symbol. The main model's table is called EMBLEM_MODEL_SYMBOL; it
/// has pointers to those of the others, which are external symbols until they
/// are joined.
llvm::Expected<std::unique_ptr<llvm::Module>>
buildProgram(mlir::ModuleOp lowered, const ProgramData &data,
             const Target &target, Precision precision,
             llvm::LLVMContext &context);

/// Makes the program of another model, of that role, part of the main one's.
/// Both are of one context.
llvm::Error joinModel(llvm::Module &program,
                      std::unique_ptr<llvm::Module> other, emb::Role role);

/// Calls the table by another name; `keep`: by its usual one, too.
void nameTable(llvm::Module &program, llvm::StringRef name, bool keep);

/// Writes `program` as an object file, with the tokenizer's tables and without
/// the weights.
llvm::Error writeObject(llvm::Module &program, llvm::StringRef tokenizer,
                        const Target &target, llvm::raw_pwrite_stream &out);

/// Writes `program` as assembly, without its data.
llvm::Error writeAssembly(llvm::Module &program, const Target &target,
                          llvm::raw_pwrite_stream &out);

} // namespace emblem::cpu

#endif // EMBLEM_COMPILER_BACKEND_CPU_PROGRAM_PROGRAM_H
