//===- target_table.cpp - The machines that code is written for -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/target/target_table.h"

#include "compiler/target/isa.h"
#include "runtime/cpu/cpu_features.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <vector>

using namespace emblem;

#define EMBLEM_CPU_ARCHITECTURE(name)                                          \
  namespace emblem::name {                                                     \
  llvm::ArrayRef<Target> getTargets();                                         \
  }
#include "compiler/target/architectures.def"

llvm::ArrayRef<Target> emblem::allTargets() {
  static const std::vector<Target> targets = [] {
    std::vector<Target> all;
#define EMBLEM_CPU_ARCHITECTURE(name)                                          \
  llvm::append_range(all, name::getTargets());
#include "compiler/target/architectures.def"
    return all;
  }();
  return targets;
}

static std::string knownTargets() {
  return llvm::join(
      llvm::map_range(allTargets(),
                      [](const Target &t) { return t.name.str(); }),
      ", ");
}

/// Whether the target is of this machine's architecture and system.
static bool isOfThisMachine(const Target &target) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  llvm::Triple wanted(target.isa->getTriple());
  return wanted.getArch() == host.getArch() && wanted.getOS() == host.getOS();
}

bool emblem::runsHere(const Target &target) {
  return isOfThisMachine(target) &&
         (target.cpuFeatures & ~runtime::detectCpuFeatures()) == 0;
}

llvm::Expected<const Target *> emblem::findTarget(llvm::StringRef name) {
  if (name != "native") {
    for (const Target &target : allTargets())
      if (target.name == name)
        return &target;
    return llvm::createStringError("unknown target '" + name +
                                   "'; known are native, " + knownTargets());
  }

  for (const Target &target : llvm::reverse(allTargets()))
    if (!target.onlyByName && runsHere(target))
      return &target;
  const Target *least = llvm::find_if(allTargets(), isOfThisMachine);
  std::string why = least == allTargets().end()
                        ? "no code is written for this machine's architecture"
                        : "this machine is less than an " + least->name.str();
  return llvm::createStringError(
      "no target is native here: " + why +
      "; name the target to compile for: " + knownTargets());
}
