//===- compiled_module.cpp - A target's code, run here --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiled_module.h"

#include "compiler/driver/pipeline.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Support/TargetSelect.h"

#include <algorithm>

using namespace emblem;
using namespace emblem::cpu;
using namespace mlir;

namespace {
/// A context with every dialect that a module passes through.
struct LoadedContext : MLIRContext {
  LoadedContext() {
    DialectRegistry registry;
    registerPipelineDialects(registry);
    appendDialectRegistry(registry);
    loadAllAvailableDialects();
  }
};
} // namespace

CompiledModule::CompiledModule(const Target &target, const Fill &fill) {
  LoadedContext context;
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  fill(*module);
  compile(target, *module);
}

CompiledModule::CompiledModule(const Target &target, const std::string &text) {
  LoadedContext context;
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    llvm::report_fatal_error("the module's text has errors");
  compile(target, *module);
}

void CompiledModule::compile(const Target &target, ModuleOp module) {
  PassManager passes(module.getContext());
  buildLoopPipeline(passes, {&target});
  if (failed(passes.run(module)))
    llvm::report_fatal_error("the module does not compile");

  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto llvmContext = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> program =
      translateModuleToLLVMIR(module, *llvmContext);
  for (llvm::Function &function : *program) {
    function.addFnAttr("target-cpu", target.cpu);
    function.addFnAttr("target-features", target.features);
  }
  jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
  program->setDataLayout(jit->getDataLayout());
  llvm::cantFail(jit->addIRModule(
      llvm::orc::ThreadSafeModule(std::move(program), std::move(llvmContext))));
}

void OnEveryTarget::SetUp() {
  if (!runsHere(*GetParam()))
    GTEST_SKIP() << "this machine cannot run " << GetParam()->name.str();
}

std::string
cpu::targetName(const testing::TestParamInfo<const Target *> &parameter) {
  const Target &target = *parameter.param;
  std::string name = target.name.str();
  if (target.cpu != (*findTarget(target.name))->cpu)
    name += "_as_" + target.cpu.str();
  for (char separator : {'-', '.'})
    std::replace(name.begin(), name.end(), separator, '_');
  return name;
}

std::vector<const Target *> cpu::everyTarget() {
  std::vector<const Target *> targets;
  for (const Target &target : allTargets())
    targets.push_back(&target);
  return targets;
}

std::vector<const Target *> cpu::everyTargetAndEvex() {
  static const Target evex = [] {
    Target target = **findTarget("x86-64-v3-vnni");
    const Target &encoding = **findTarget("x86-64-v4-vnni");
    target.cpu = encoding.cpu;
    target.features = encoding.features;
    target.cpuFeatures = encoding.cpuFeatures;
    return target;
  }();
  std::vector<const Target *> targets = everyTarget();
  targets.push_back(&evex);
  return targets;
}
