//===- device_code.cpp - The code of a device's kernels -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/device/device_code.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace emblem;

llvm::Expected<device::Code> device::takeCode(ModuleOp module) {
  Code code;
  for (auto binary :
       llvm::make_early_inc_range(module.getOps<gpu::BinaryOp>())) {
    if (binary.getObjects().size() != 1)
      return llvm::createStringError("the kernel " + binary.getSymName() +
                                     " has code for several chips");
    auto object = cast<gpu::ObjectAttr>(binary.getObjects()[0]);
    code[binary.getSymNameAttr()].text =
        object.getObject().getValue().rtrim('\0').str();
    binary.erase();
  }
  return code;
}

void device::writePtx(const Code &code, llvm::raw_ostream &out) {
  // Each text begins with the same directives, and those of kernels that share
  // memory name it alike: its size is their launches'. A module has each once.
  llvm::StringSet<> heads;
  for (const auto &[name, kernel] : code) {
    StringRef rest = kernel.text;
    while (!rest.empty()) {
      auto [line, behind] = rest.split('\n');
      rest = behind;
      bool isHead = line.starts_with(".version") ||
                    line.starts_with(".target") ||
                    line.starts_with(".address_size") ||
                    line.starts_with(".extern .shared");
      if (!isHead || heads.insert(line).second)
        out << line << '\n';
    }
  }
}
