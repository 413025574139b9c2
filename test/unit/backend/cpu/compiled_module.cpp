//===- compiled_module.cpp - A target's code, run -------------------------===//
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

CompiledModule::CompiledModule(const Target &target, const Fill &fill)
    : target(target) {
  LoadedContext loaded;
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&loaded));
  fill(*module);
  compile(*module);
}

CompiledModule::CompiledModule(const Target &target, const std::string &text)
    : target(target) {
  LoadedContext loaded;
  auto module = parseSourceString<ModuleOp>(text, &loaded);
  if (!module)
    llvm::report_fatal_error("the module's text has errors");
  compile(*module);
}

void CompiledModule::compile(ModuleOp module) {
  PassManager passes(module.getContext());
  buildLoopPipeline(passes, {&target});
  if (failed(passes.run(module)))
    llvm::report_fatal_error("the module does not compile");

  context = std::make_unique<llvm::LLVMContext>();
  program = translateModuleToLLVMIR(module, *context);
  for (llvm::Function &function : *program) {
    function.addFnAttr("target-cpu", target.cpu);
    function.addFnAttr("target-features", target.features);
  }
  if (!runsHere(target))
    return;
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
  program->setDataLayout(jit->getDataLayout());
  llvm::cantFail(jit->addIRModule(
      llvm::orc::ThreadSafeModule(std::move(program), std::move(context))));
}

CompiledFunction CompiledModule::find(const std::string &name) const {
  const std::string symbol = "_mlir_ciface_" + name;
  if (jit)
    return CompiledFunction(
        llvm::cantFail(jit->lookup(symbol)).toPtr<void *>());
  return CompiledFunction(
      std::make_shared<EmulatedFunction>(target, *program, symbol));
}

// Arguments are pointers and indices, and those that are too many are not
// looked at.
void CompiledFunction::operator()(
    std::initializer_list<Argument> arguments) const {
  if (emulated)
    return (*emulated)(arguments);
  using Any = void(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
                   intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t);
  intptr_t a[12] = {};
  llvm::transform(arguments, a, [](const Argument &argument) {
    return argument.rank < 0 ? intptr_t(argument.word)
                             : reinterpret_cast<intptr_t>(argument.buffer);
  });
  reinterpret_cast<Any *>(address)(a[0], a[1], a[2], a[3], a[4], a[5], a[6],
                                   a[7], a[8], a[9], a[10], a[11]);
}

void OnEveryTarget::SetUp() {
  if (!runsHere(*GetParam()))
    GTEST_SKIP() << "this machine cannot run " << GetParam()->name.str();
}

void OnEmulatedTargets::SetUp() {
  if (!isEmulated(*GetParam()))
    OnEveryTarget::SetUp();
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
