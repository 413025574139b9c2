//===- program.cpp - From the llvm dialect to an object file --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/program/program.h"

#include "compiler/backend/cpu/halide/link_kernels.h"
#include "compiler/backend/cpu/program/model_table.h"
#include "compiler/backend/cpu/program/word_loads.h"
#include "compiler/target/isa.h"
#include "emblem/model_table.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Target/LLVMIR/ModuleTranslation.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace emblem;
using namespace emblem::cpu;

// Data begins on a page of its own, so that it is mapped apart from the code.
static constexpr uint64_t kDataAlignment = 4096;

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const Target &target) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::Triple triple(target.isa->getTriple());
  std::string problem;
  const llvm::Target *found =
      llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!found)
    return llvm::createStringError("this LLVM cannot write for %s: %s",
                                   target.name.data(), problem.c_str());
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(
      triple, target.cpu, target.features, llvm::TargetOptions(),
      llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
}

/// What a model's table is called.
static llvm::StringRef getTableSymbol(emb::Role role) {
  switch (role) {
  case emb::Role::Main:
    return EMBLEM_MODEL_SYMBOL;
  case emb::Role::Images:
    return "emblem_image_tower";
  }
  llvm_unreachable("a role without a table");
}

/// A symbol that stands for so many bytes.
static llvm::GlobalVariable *addData(llvm::Module &program,
                                     llvm::StringRef name, size_t bytes) {
  auto *type =
      llvm::ArrayType::get(llvm::Type::getInt8Ty(program.getContext()), bytes);
  auto *data = new llvm::GlobalVariable(program, type, /*isConstant=*/true,
                                        llvm::GlobalValue::ExternalLinkage,
                                        nullptr, name);
  data->setAlignment(llvm::Align(kDataAlignment));
  data->setSection((".rodata." + name).str());
  return data;
}

static llvm::GlobalVariable *addConstant(llvm::Module &program,
                                         llvm::Constant *value) {
  return new llvm::GlobalVariable(program, value->getType(),
                                  /*isConstant=*/true,
                                  llvm::GlobalValue::InternalLinkage, value,
                                  "emblem_tokens");
}

// The loops come tiled, unrolled and vectorised as they are to stay; what is
// left is one copy of each address and its way out of the loops. The standard
// O3 takes twenty times as long, and its programs are no faster.
static constexpr llvm::StringLiteral kOptimisation =
    "globaldce,always-inline,function(sroa,early-cse,loop-mssa(licm))";

static void optimise(llvm::Module &program, const Isa &isa,
                     llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::ModulePassManager passes;
  if (!isa.loadsWordsOfIntegers())
    passes.addPass(llvm::createModuleToFunctionPassAdaptor(WordLoadsPass()));
  llvm::cantFail(builder.parsePassPipeline(passes, kOptimisation));
  passes.run(program, modules);
}

llvm::Expected<std::unique_ptr<llvm::Module>>
cpu::buildProgram(mlir::ModuleOp lowered, const ProgramData &data,
                  const Target &target, Precision precision,
                  llvm::LLVMContext &context) {
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      createMachine(target);
  if (!machine)
    return machine.takeError();
  std::unique_ptr<llvm::Module> program =
      mlir::translateModuleToLLVMIR(lowered, context, "emblem");
  if (!program)
    return llvm::createStringError(
        "the lowered module does not translate to LLVM IR");
  program->setTargetTriple((*machine)->getTargetTriple());
  program->setDataLayout((*machine)->createDataLayout());
  if (llvm::Error error = halide::linkKernels(lowered, target, *program))
    return error;
  for (llvm::Function &function : *program)
    if (!function.isDeclaration()) {
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
      function.addFnAttr("target-cpu", target.cpu);
      function.addFnAttr("target-features", target.features);
    }

  bool linked = data.linkedData;
  ModelTableInputs inputs = {
      .target = &target,
      .precision = precision,
      .data = linked ? addData(*program, symbol::data, 0) : nullptr,
      .weights = linked ? data.data.weights[data.index]
                        : int64_t(package::weightsMark(data.index)),
      .report =
          linked ? data.data.report : int64_t(package::reportMark(data.index)),
      .weightsBytes = data.weightBytes,
      .tokenizerBytes = static_cast<int64_t>(data.tokenizer.size()),
      .tokenCount = static_cast<int64_t>(data.tokenEnds.size()),
      .parameters = data.parameters};
  inputs.targets = data.targets.empty() ? target.name.str() : data.targets;
  if (data.deviceModule)
    inputs.device = device::addTable(data.deviceModule, data.device, *program);
  for (emb::Role role : data.others)
    inputs.others[role] = new llvm::GlobalVariable(
        *program, llvm::Type::getInt8Ty(context),
        /*isConstant=*/true, llvm::GlobalValue::ExternalLinkage, nullptr,
        getTableSymbol(role));
  if (!data.tokenEnds.empty()) {
    inputs.tokenTexts =
        addConstant(*program, llvm::ConstantDataArray::getString(
                                  context, data.tokenTexts, /*AddNull=*/false));
    inputs.tokenEnds = addConstant(
        *program, llvm::ConstantDataArray::get(context, data.tokenEnds));
  }
  if (!data.tokenizer.empty())
    inputs.tokenizer =
        addData(*program, symbol::tokenizer, data.tokenizer.size());
  llvm::GlobalVariable *table = addModelTable(lowered, inputs, *program);
  if (data.role != emb::Role::Main) {
    table->setName(getTableSymbol(data.role));
    table->setLinkage(llvm::GlobalValue::ExternalLinkage);
  } else {
    // Not the table itself: what it has of its own address must not be that of
    // a copy (EmblemModelTable.self).
    llvm::GlobalAlias::create(llvm::GlobalValue::ExternalLinkage,
                              getTableSymbol(data.role), table);
  }
  optimise(*program, *target.isa, **machine);
  return program;
}

llvm::Error cpu::joinModel(llvm::Module &program,
                           std::unique_ptr<llvm::Module> other,
                           emb::Role role) {
  if (llvm::Linker::linkModules(program, std::move(other)))
    return llvm::createStringError("the two towers' LLVM IR does not link");
  program.getNamedGlobal(getTableSymbol(role))
      ->setLinkage(llvm::GlobalValue::InternalLinkage);
  return llvm::Error::success();
}

void cpu::nameTable(llvm::Module &program, llvm::StringRef name, bool keep) {
  llvm::GlobalAlias *usual = program.getNamedAlias(EMBLEM_MODEL_SYMBOL);
  if (name == EMBLEM_MODEL_SYMBOL)
    return;
  if (keep)
    llvm::GlobalAlias::create(
        llvm::GlobalValue::ExternalLinkage, name,
        llvm::cast<llvm::GlobalValue>(usual->getAliasee()));
  else
    usual->setName(name);
}

/// Defines an external symbol, for this program alone.
static void define(llvm::Module &program, llvm::StringRef name,
                   llvm::StringRef bytes) {
  llvm::GlobalVariable *declared = program.getGlobalVariable(name);
  llvm::Constant *value = llvm::ConstantDataArray::getString(
      program.getContext(), bytes, /*AddNull=*/false);
  auto *data = new llvm::GlobalVariable(
      program, value->getType(), /*isConstant=*/true,
      llvm::GlobalValue::InternalLinkage, value, "", declared);
  data->setAlignment(declared->getAlign());
  data->setSection(declared->getSection());
  declared->replaceAllUsesWith(data);
  data->takeName(declared);
  declared->eraseFromParent();
}

/// A note whose header in the linked file becomes that of the weights' segment
/// (compiler/emit/weight_segment.h).
static void addNote(llvm::Module &program) {
  // The sizes of its name and of nothing more, a kind, and the name.
  static constexpr uint32_t note[] = {4, 0, 1, 'e' | 'm' << 8 | 'b' << 16};
  llvm::GlobalVariable *added = addConstant(
      program, llvm::ConstantDataArray::get(program.getContext(), note));
  added->setName("emblem_note");
  added->setSection(".note.emblem");
  added->setAlignment(llvm::Align(4));
}

static llvm::Error write(llvm::Module &program, const Target &target,
                         llvm::raw_pwrite_stream &out,
                         llvm::CodeGenFileType kind) {
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      createMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, out, nullptr, kind))
    return llvm::createStringError("LLVM writes no %s for %s",
                                   kind == llvm::CodeGenFileType::AssemblyFile
                                       ? "assembly"
                                       : "object file",
                                   target.name.data());
  passes.run(program);
  return llvm::Error::success();
}

llvm::Error cpu::writeObject(llvm::Module &program, llvm::StringRef tokenizer,
                             const Target &target,
                             llvm::raw_pwrite_stream &out) {
  if (!tokenizer.empty())
    define(program, symbol::tokenizer, tokenizer);
  if (program.getGlobalVariable(symbol::data))
    define(program, symbol::data, llvm::StringRef("", 1));
  else
    addNote(program);
  return write(program, target, out, llvm::CodeGenFileType::ObjectFile);
}

llvm::Error cpu::writeAssembly(llvm::Module &program, const Target &target,
                               llvm::raw_pwrite_stream &out) {
  return write(program, target, out, llvm::CodeGenFileType::AssemblyFile);
}
