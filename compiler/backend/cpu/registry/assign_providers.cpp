//===- assign_providers.cpp - Each kernel gets the provider of its code ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/registry/faster_kernels.h"
#include "compiler/backend/cpu/registry/passes.h"
#include "compiler/target/target_diagnostic.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/stage_kind.h"

#include "mlir/IR/Builders.h"

namespace emblem::cpu {
#define GEN_PASS_DEF_ASSIGNPROVIDERS
#include "compiler/backend/cpu/registry/passes.h.inc"
} // namespace emblem::cpu

using namespace mlir;
using namespace emblem;
using namespace emblem::cpu;

/// The kernel that a stage's function calls; null where there is none.
static kernel::KernelOpInterface getKernel(ModuleOp module,
                                           FlatSymbolRefAttr stage) {
  kernel::KernelOpInterface kernel;
  auto function = stage ? module.lookupSymbol<func::FuncOp>(stage) : nullptr;
  if (function)
    function.walk([&](func::CallOp call) {
      if (auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee()))
        callee.walk([&](kernel::KernelOpInterface op) { kernel = op; });
    });
  return kernel;
}

namespace {
struct AssignProviders : cpu::impl::AssignProvidersBase<AssignProviders> {
  using AssignProvidersBase::AssignProvidersBase;

  void runOnOperation() override {
    const Target *found = findTargetOrEmit(getOperation(), target);
    if (!found)
      return signalPassFailure();
    llvm::Expected<const KernelProvider *> provider = findProvider(kernels);
    if (!provider) {
      getOperation().emitError(llvm::toString(provider.takeError()));
      return signalPassFailure();
    }
    if (*provider == &allProviders().front())
      return;
    if (*provider)
      getOperation().walk([&](kernel::KernelOpInterface op) {
        assign(op, **provider, *found);
      });
    else if (getOperation()->hasAttr(attribute::providers)) {
      if (failed(assignMeasured(*found)))
        return signalPassFailure();
    } else if (!assignFaster(*found))
      return;
    updateStages();
  }

  /// As faster_kernels.h says; returns whether there is any such kernel.
  bool assignFaster(const Target &target) {
    bool any = false;
    getOperation().walk([&](kernel::KernelOpInterface op) {
      if (const KernelProvider *faster = findFasterProvider(op, target)) {
        assign(op, *faster, target);
        any = true;
      }
    });
    return any;
  }

  static void assign(kernel::KernelOpInterface op,
                     const KernelProvider &provider, const Target &target) {
    if (provider.supports(op, target))
      op->setAttr(kernel::kProvider,
                  StringAttr::get(op->getContext(), provider.name));
  }

  /// As attribute::providers says.
  LogicalResult assignMeasured(const Target &target) {
    auto measured =
        getOperation()->getAttrOfType<DictionaryAttr>(attribute::providers);
    kernel::ProgramOp program = kernel::getProgram(getOperation());
    if (!program)
      return success();
    for (kernel::StageOp stage : program.getStages()) {
      auto name = measured.getAs<StringAttr>(getStageKind(stage.getName()));
      if (!name)
        continue;
      llvm::Expected<const KernelProvider *> provider = findProvider(name);
      if (!provider)
        return getOperation().emitError(llvm::toString(provider.takeError()));
      for (FlatSymbolRefAttr function :
           {stage.getRunAttr(), stage.getFinishAttr()})
        if (auto kernel = getKernel(getOperation(), function);
            kernel && *provider && *provider != &allProviders().front())
          assign(kernel, **provider, target);
    }
    return success();
  }

  /// Stages name the providers of their kernels.
  void updateStages() {
    kernel::ProgramOp program = kernel::getProgram(getOperation());
    if (!program)
      return;
    for (kernel::StageOp stage : program.getStages()) {
      if (auto kernel = getKernel(getOperation(), stage.getRunAttr()))
        stage.setProvider(kernel.getProvider());
      if (auto kernel = getKernel(getOperation(), stage.getFinishAttr()))
        stage.setFinishProvider(kernel.getProvider());
    }
  }
};
} // namespace
