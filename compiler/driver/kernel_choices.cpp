//===- kernel_choices.cpp - The provider of each kernel -------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/kernel_choices.h"

#include "compiler/backend/cpu/registry/kernel_providers.h"
#include "compiler/files/json_file.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/FormatVariadic.h"

using namespace emblem;
using namespace emblem::driver;
using llvm::StringRef;

mlir::DictionaryAttr
KernelChoices::asAttribute(mlir::MLIRContext *context) const {
  mlir::Builder builder(context);
  mlir::NamedAttrList list;
  for (const KernelChoice &choice : kernels)
    list.set(choice.stages, builder.getStringAttr(choice.provider));
  return list.getDictionary(context);
}

static llvm::Expected<KernelChoice> readChoice(StringRef path, StringRef stages,
                                               const llvm::json::Value &value) {
  const llvm::json::Object *fields = value.getAsObject();
  frontend::JsonObject entry(path.str(),
                             fields ? *fields : llvm::json::Object(),
                             ("kernels." + stages + ".").str());
  KernelChoice choice{stages.str(), "", 1};
  if (llvm::Error error =
          entry.string("provider", "").moveInto(choice.provider))
    return error;
  auto provider = cpu::findProvider(choice.provider);
  if (!provider || !*provider) {
    llvm::consumeError(provider.takeError());
    return entry.error("provider", "it must be one that this compiler has; "
                                   "tune again with it");
  }
  if (llvm::Error error = entry.number("speed", 1).moveInto(choice.speed))
    return error;
  return choice;
}

llvm::Expected<KernelChoices> driver::readKernelChoices(StringRef path) {
  auto file = frontend::JsonObject::read(path);
  if (!file)
    return file.takeError();
  KernelChoices choices;
  if (llvm::Error error = file->string("target", "").moveInto(choices.target))
    return error;
  const llvm::json::Value *value = file->find("kernels");
  const llvm::json::Object *kernels = value ? value->getAsObject() : nullptr;
  if (!kernels)
    return file->error("kernels", "it must map stages to providers, as --tune "
                                  "writes it");
  for (const auto &[stages, fields] : *kernels) {
    auto choice = readChoice(path, stages, fields);
    if (!choice)
      return choice.takeError();
    choices.kernels.push_back(std::move(*choice));
  }
  llvm::sort(choices.kernels, [](const KernelChoice &a, const KernelChoice &b) {
    return a.stages < b.stages;
  });
  return choices;
}

void driver::writeKernels(const KernelChoices &choices,
                          llvm::json::OStream &json) {
  json.attributeObject("kernels", [&] {
    for (const KernelChoice &choice : choices.kernels)
      json.attributeObject(choice.stages, [&] {
        json.attribute("provider", choice.provider);
        json.attributeBegin("speed"); // more digits are noise
        json.rawValue(llvm::formatv("{0:f3}", choice.speed).str());
        json.attributeEnd();
      });
  });
}

void driver::writeKernelChoices(const KernelChoices &choices,
                                llvm::raw_ostream &out) {
  llvm::json::OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("target", choices.target);
    writeKernels(choices, json);
  });
  out << "\n";
}
