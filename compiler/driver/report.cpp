//===- report.cpp - The report of a compilation ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/report.h"

#include "dialects/device/device_dialect.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace emblem;

/// Who writes a stage's kernel, and its norm where that is somebody else.
static std::string getProviders(kernel::StageOp stage) {
  llvm::StringRef run = stage.getProvider();
  llvm::StringRef finish = stage.getFinishProvider().value_or(run);
  return run.str() + (finish != run ? ", " + finish.str() : "");
}

/// What the names of a model's stages begin with.
static llvm::StringRef getPrefix(frontend::Role role) {
  switch (role) {
  case frontend::Role::Main:
    return "";
  case frontend::Role::Images:
    return "image.";
  }
  llvm_unreachable("a role without a prefix");
}

/// Calls `use` with each stage and its name.
static void forEachStage(
    const driver::CompilationReport &report,
    llvm::function_ref<void(kernel::StageOp, const std::string &)> use) {
  for (const driver::LoweredModel &model : report.models)
    for (kernel::StageOp stage :
         kernel::getProgram(model.getHostModule()).getStages())
      use(stage, getPrefix(model.source->role).str() + stage.getName().str());
}

/// What the command line says of the model, as one reads it.
static std::string askedFor(const frontend::ModelChoices &asked) {
  std::vector<std::string> parts;
  if (!asked.pooling.empty())
    parts.push_back("pooling " + frontend::poolingText(asked.pooling));
  if (asked.normalize)
    parts.push_back(*asked.normalize ? "vectors of length 1"
                                     : "vectors as they come");
  if (asked.unknownTokens)
    parts.push_back(*asked.unknownTokens ? "unknown tokens count"
                                         : "unknown tokens are left out");
  return llvm::join(parts, "; ");
}

/// What the models' files did not say.
static std::string assumedOf(const driver::CompilationReport &report) {
  std::vector<std::string> parts;
  for (const driver::LoweredModel &model : report.models)
    for (const frontend::Assumption &assumption : model.source->assumptions)
      parts.push_back(assumption.taken);
  return llvm::join(parts, "; ");
}

/// How many stages and kernels a device has, and how large its code is.
static void writeDevice(const driver::CompilationReport &report,
                        llvm::json::OStream &json) {
  int64_t stages = 0, kernels = 0, bytes = 0;
  for (const driver::LoweredModel &model : report.models) {
    kernel::ProgramOp program = kernel::getProgram(*model.device->module);
    stages += llvm::range_size(program.getBody().getOps<device::StageOp>());
    kernels += model.device->code.size();
    for (const auto &[name, kernel] : model.device->code)
      bytes += kernel.text.size() + kernel.machine.size();
  }
  json.attribute("target", report.device->name);
  json.attribute("stages", stages);
  json.attribute("kernels", kernels);
  json.attribute("code_bytes", bytes);
}

std::string driver::writeReport(const CompilationReport &report) {
  llvm::MapVector<llvm::StringRef, int64_t> providers;
  forEachStage(report, [&](kernel::StageOp stage, const std::string &) {
    ++providers[stage.getProvider()];
  });

  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::json::OStream json(out);
  json.object([&] {
    json.attributeObject("kernels", [&] {
      for (auto [provider, count] : providers)
        json.attribute(provider, count);
    });
    // One provider needs no list.
    if (providers.size() > 1)
      json.attributeObject("providers", [&] {
        forEachStage(report,
                     [&](kernel::StageOp stage, const std::string &name) {
                       json.attribute(name, getProviders(stage));
                     });
      });
    if (report.choices)
      json.attributeObject("measured", [&] {
        json.attribute("target", report.choices->target);
        writeKernels(*report.choices, json);
      });
    if (report.models.front().module) {
      json.attribute("panel_columns", report.target.panelColumns());
      json.attribute("tile_rows", report.target.tileRows);
    }
    if (report.device)
      json.attributeObject("device", [&] { writeDevice(report, json); });
    if (!report.asked.task.empty())
      json.attribute("task", report.asked.task);
    for (auto [key, text] : {std::pair("asked", askedFor(report.asked)),
                             {"assumed", assumedOf(report)}})
      if (!text.empty())
        json.attribute(key, text);
    if (!report.kept.names.empty())
      json.attributeObject("kept", [&] {
        json.attribute("precision", describe(report.kept.precision).name);
        json.attributeArray("names", [&] {
          for (const std::string &name : report.kept.names)
            json.value(name);
        });
      });
    if (const Calibration *calibration = report.calibration)
      json.attributeObject("calibration", [&] {
        json.attribute("texts", calibration->batch.texts());
        json.attribute("built_in", !calibration->fromFile);
        accuracy::writeContents(json, calibration->batch);
      });
    if (report.accuracy)
      json.attributeObject("accuracy", [&] { report.accuracy->write(json); });
  });
  return text;
}
