//===- module_functions.cpp - The driver's modules and launches -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/driver.h"

#include "test/gpu/ptx_machine/parser.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace emblem;
using namespace emblem::stand_in;

namespace {

constexpr uint32_t kSharedLimit = 48 * 1024, kSharedOptIn = 232448;
constexpr int kMaxDynamicShared = 8;             // CU_FUNC_ATTRIBUTE_...
constexpr int kErrorLog = 5, kErrorLogBytes = 6; // CU_JIT_...

// Options of cuModuleLoadDataEx: where the reason of a refusal goes.
struct ErrorLog {
  char *text = nullptr;
  size_t bytes = 0;
};

// CUDA 11.x reads PTX up to 7.x and so on.
int greatestPtxVersion(int driverVersion) {
  return 10 * (driverVersion / 1000 - 4) + driverVersion % 1000 / 10;
}

// "sm_80" is for 8.0 and later, "sm_90a" for 9.0 alone.
bool isFor(const std::string &target, int capability) {
  if (target.compare(0, 3, "sm_") != 0)
    return false;
  char *end;
  long wanted = std::strtol(target.c_str() + 3, &end, 10);
  return *end ? wanted == capability : wanted <= capability;
}

int load(Driver &driver, Module **result, const void *image,
         const ErrorLog &log) {
  if (int error = driver.refuseInCapture())
    return error;
  if (!image)
    return InvalidValue;
  auto text = static_cast<const char *>(image);
  if (std::memcmp(text, "\177ELF", 4) == 0)
    return NoBinaryForGpu; // machine code, which is of no use here
  Module module;
  try {
    module.contents = ptx::parseModule(text, driver.memory);
  } catch (const ptx::ProgramError &error) {
    std::fprintf(stderr, "stand-in: %s\n", error.what());
    if (log.text && log.bytes)
      std::snprintf(log.text, log.bytes, "%s", error.what());
    return InvalidPtx;
  }
  int refusal = Success;
  if (module.contents.version >
      greatestPtxVersion(driver.settings.driverVersion))
    refusal = UnsupportedPtxVersion;
  else if (!isFor(module.contents.target, driver.settings.capability))
    refusal = NoBinaryForGpu;
  if (refusal) {
    for (uint64_t variable : module.contents.variables)
      driver.memory.release(variable);
    return refusal;
  }
  for (const auto &[name, program] : module.contents.entries)
    module.functions[name] = {
        program, kSharedLimit - (program->staticSharedEnd - ptx::kSharedBase)};
  *result = driver.modules.add(std::move(module));
  return Success;
}

Function *findFunction(Driver &driver, Function *handle) {
  Function *found = nullptr;
  driver.modules.each([&](Module &module) {
    for (auto &[name, function] : module.functions)
      if (&function == handle)
        found = handle;
  });
  return found;
}

int launch(Driver &driver, Function &function, ptx::Launch launch,
           Stream &stream, void **parameters) {
  const ptx::Program &program = *function.program;
  uint64_t threads = static_cast<uint64_t>(launch.threads[0]) *
                     launch.threads[1] * launch.threads[2];
  uint64_t most = 1024;
  if (program.mostThreads[0])
    most = std::min<uint64_t>(
        most, static_cast<uint64_t>(program.mostThreads[0]) *
                  program.mostThreads[1] * program.mostThreads[2]);
  bool exact =
      !program.exactThreads[0] || program.exactThreads == launch.threads;
  if (!threads || threads > most || !exact || launch.threads[2] > 64 ||
      !launch.grid[0] || !launch.grid[1] || !launch.grid[2] ||
      launch.grid[0] > INT32_MAX || launch.grid[1] > 65535 ||
      launch.grid[2] > 65535 ||
      launch.dynamicShared > function.dynamicSharedLimit)
    return InvalidValue;
  if (!parameters && !program.parameters.empty())
    return InvalidValue;
  launch.parameters.assign(program.parameterBytes, 0);
  for (size_t i = 0; i < program.parameters.size(); ++i) {
    const ptx::Parameter &parameter = program.parameters[i];
    std::memcpy(&launch.parameters[parameter.offset], parameters[i],
                parameter.bytes);
  }
  launch.hostThreads = driver.settings.hostThreads;
  // The module may be gone by then; its kernels are not.
  driver.enqueue(stream, [kept = function.program, launch](Driver &later) {
    later.run(*kept, launch);
  });
  return Success;
}

} // namespace

EMBLEM_STAND_IN_FUNCTION cuModuleLoadData(Module **module, const void *image) {
  return Driver::get().call(
      "cuModuleLoadData", Needs::CurrentContext,
      [&](Driver &driver) -> int { return load(driver, module, image, {}); });
}

EMBLEM_STAND_IN_FUNCTION cuModuleLoadDataEx(Module **module, const void *image,
                                            unsigned count, const int *options,
                                            void **values) {
  return Driver::get().call(
      "cuModuleLoadDataEx", Needs::CurrentContext, [&](Driver &driver) -> int {
        ErrorLog log;
        for (unsigned i = 0; i < count; ++i) {
          if (options[i] == kErrorLog)
            log.text = static_cast<char *>(values[i]);
          else if (options[i] == kErrorLogBytes)
            log.bytes =
                static_cast<uint32_t>(reinterpret_cast<uintptr_t>(values[i]));
        }
        return load(driver, module, image, log);
      });
}

EMBLEM_STAND_IN_FUNCTION cuModuleUnload(Module *module) {
  return Driver::get().call(
      "cuModuleUnload", Needs::CurrentContext, [&](Driver &driver) -> int {
        if (!driver.modules.has(module))
          return InvalidHandle;
        int error = driver.synchronizeAll();
        for (uint64_t variable : module->contents.variables)
          driver.memory.release(variable);
        driver.modules.remove(module);
        return error;
      });
}

EMBLEM_STAND_IN_FUNCTION cuModuleGetFunction(Function **function,
                                             Module *module, const char *name) {
  return Driver::get().call("cuModuleGetFunction", Needs::CurrentContext,
                            [&](Driver &driver) -> int {
                              if (!driver.modules.has(module))
                                return InvalidHandle;
                              auto found = module->functions.find(name);
                              if (found == module->functions.end())
                                return NotFound;
                              *function = &found->second;
                              return Success;
                            });
}

EMBLEM_STAND_IN_FUNCTION cuFuncSetAttribute(Function *handle, int attribute,
                                            int value) {
  return Driver::get().call(
      "cuFuncSetAttribute", Needs::CurrentContext, [&](Driver &driver) -> int {
        Function *function = findFunction(driver, handle);
        if (!function)
          return InvalidHandle;
        if (attribute != kMaxDynamicShared)
          return Success;
        uint32_t own = function->program->staticSharedEnd - ptx::kSharedBase;
        if (value < 0 || static_cast<uint32_t>(value) > kSharedOptIn - own)
          return InvalidValue;
        function->dynamicSharedLimit = static_cast<uint32_t>(value);
        return Success;
      });
}

EMBLEM_STAND_IN_FUNCTION cuLaunchKernel(Function *handle, unsigned gridX,
                                        unsigned gridY, unsigned gridZ,
                                        unsigned blockX, unsigned blockY,
                                        unsigned blockZ, unsigned sharedBytes,
                                        Stream *streamHandle, void **parameters,
                                        void **extra) {
  return Driver::get().call(
      "cuLaunchKernel", Needs::CurrentContext, [&](Driver &driver) -> int {
        Function *function = findFunction(driver, handle);
        Stream *stream = driver.stream(streamHandle);
        if (!function || !stream)
          return InvalidHandle;
        if (extra)
          return NotSupported;
        ptx::Launch asked;
        asked.grid = {gridX, gridY, gridZ};
        asked.threads = {blockX, blockY, blockZ};
        asked.dynamicShared = sharedBytes;
        return launch(driver, *function, asked, *stream, parameters);
      });
}
