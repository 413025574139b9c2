//===- emblem_halide.cpp - Kernels, to LLVM bitcode by Halide -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
//   emblem-halide --target=TARGET [--emit=KIND] -o FILE KERNEL...
//
// TARGET is as Halide names it, KERNEL a line of kernel_request.h, KIND
// `bitcode` (the default), or `stmt` and `llvm` for people: Halide's loops, and
// LLVM IR. An error is one sentence on standard error, and exit code 1.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernels.h"

#include <cstdlib>
#include <iostream>
#include <stdexcept>

using namespace emblem::halide;

namespace {
struct CommandLine {
  std::string target, output;
  Halide::OutputFileType emission = Halide::OutputFileType::bitcode;
  std::vector<KernelRequest> kernels;
};
} // namespace

static Halide::OutputFileType findEmission(const std::string &name) {
  if (name == "bitcode")
    return Halide::OutputFileType::bitcode;
  if (name == "stmt")
    return Halide::OutputFileType::stmt;
  if (name == "llvm")
    return Halide::OutputFileType::llvm_assembly;
  throw std::runtime_error("unknown --emit '" + name +
                           "'; known are bitcode, stmt, llvm");
}

static CommandLine parse(int argc, char **argv) {
  CommandLine line;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.starts_with("--target="))
      line.target = word.substr(word.find('=') + 1);
    else if (word.starts_with("--emit="))
      line.emission = findEmission(word.substr(word.find('=') + 1));
    else if (word == "-o" && i + 1 < argc)
      line.output = argv[++i];
    else if (word.starts_with("-"))
      throw std::runtime_error("unknown option '" + word + "'");
    else
      line.kernels.emplace_back(word);
  }
  if (line.target.empty() || line.output.empty() || line.kernels.empty())
    throw std::runtime_error(
        "expected --target=TARGET -o FILE KERNEL...; one of them is missing");
  return line;
}

static Halide::Target makeTarget(const std::string &name) {
  if (!Halide::Target::validate_target_string(name))
    throw std::runtime_error("'" + name + "' is no target of Halide's");
  // Nothing of Halide's runtime: no errors to report, no memory to ask for, no
  // threads. And floats as they are written: what may be fused is for Emblem.
  Halide::Target target(name);
  for (auto feature :
       {Halide::Target::NoRuntime, Halide::Target::NoAsserts,
        Halide::Target::NoBoundsQuery, Halide::Target::StrictFloat})
    target.set_feature(feature);
  return target;
}

static constexpr std::pair<const char *, KernelWriter *> kinds[] = {
    {"matmul", writeMatmul},    {"pooled_matmul", writePooledMatmul},
    {"row_norm", writeRowNorm}, {"gather", writeGather},
    {"pool", writePool},        {"attention", writeAttention},
    {"heads", writeHeads},      {"rows", writeRows},
    {"conv2d", writeConv2d},    {"pool2d", writePool2d},
    {"pad2d", writePad2d},      {"patches", writePatches}};

static Halide::Module write(const KernelRequest &request,
                            const Halide::Target &target) {
  std::string known;
  for (auto [kind, write] : kinds) {
    if (request.kind() == kind)
      return write(request, target);
    known += (known.empty() ? "" : ", ") + std::string(kind);
  }
  throw std::runtime_error("no kernel is called '" + request.kind() +
                           "'; known are " + known);
}

static void run(const CommandLine &line) {
  Halide::Target target = makeTarget(line.target);
  std::vector<Halide::Module> modules;
  for (const KernelRequest &request : line.kernels)
    modules.push_back(write(request, target));
  Halide::Module all = Halide::link_modules("kernels", modules);
  all.set_any_strict_float(true); // as each of them says
  all.compile({{line.emission, line.output}});
}

[[noreturn]] static void fail(std::string what) {
  while (!what.empty() && what.back() == '\n')
    what.pop_back();
  std::cerr << "emblem-halide: error: " << what << "\n";
  std::exit(1);
}

namespace {
/// Halide throws where no handler can be reached.
struct ErrorReporter : Halide::CompileTimeErrorReporter {
  void warning(const char *) override {}
  void error(const char *message) override { fail(message); }
};
} // namespace

int main(int argc, char **argv) {
  ErrorReporter reporter;
  Halide::set_custom_compile_time_error_reporter(&reporter);
  try {
    run(parse(argc, argv));
    return 0;
  } catch (const std::exception &error) {
    fail(error.what());
  }
}
