//===- loaded_driver.h - A driver's functions by their names ----*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_TEST_GPU_STAND_IN_LOADED_DRIVER_H
#define EMBLEM_TEST_GPU_STAND_IN_LOADED_DRIVER_H

#include "test/gpu/stand_in/driver_api.h"

#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace emblem::stand_in {

/// Calls `name` of the stand-in; a name that is not there ends the test.
template <typename... Arguments>
int call(const char *name, Arguments... arguments) {
  static void *library = dlopen(EMBLEM_STAND_IN_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void *address = library ? dlsym(library, name) : nullptr;
  if (!address) {
    ADD_FAILURE() << name << ": " << dlerror();
    std::abort();
  }
  return reinterpret_cast<int (*)(Arguments...)>(address)(arguments...);
}

/// output[i] = input[i] * factor for 32 numbers of a block.
inline const char *const kScale = R"(
.version 7.0
.target sm_80
.address_size 64
.visible .entry scale(.param .u64 input, .param .u64 output, .param .u32 factor)
{
  .reg .b32 %r<6>;
  .reg .b64 %rd<6>;
  ld.param.u64 %rd1, [input];
  ld.param.u64 %rd2, [output];
  ld.param.u32 %r1, [factor];
  mov.u32 %r2, %tid.x;
  mul.wide.u32 %rd3, %r2, 4;
  add.s64 %rd4, %rd1, %rd3;
  add.s64 %rd5, %rd2, %rd3;
  ld.global.u32 %r3, [%rd4];
  mul.lo.u32 %r4, %r3, %r1;
  st.global.u32 [%rd5], %r4;
  ret;
}
)";

/// With a current context, and nothing set in the environment.
class StandInTest : public ::testing::Test {
protected:
  void SetUp() override {
    for (const char *name : {"CAPABILITY", "DRIVER_VERSION", "MEMORY", "FAIL",
                             "NO_DEVICE", "SKIP_KERNELS", "REPORT", "TRACE"})
      unsetenv((std::string("EMBLEM_STAND_IN_") + name).c_str());
    begin();
  }
  void TearDown() override { call("cuDevicePrimaryCtxRelease_v2", 0); }

  void set(const char *name, const char *value) {
    setenv((std::string("EMBLEM_STAND_IN_") + name).c_str(), value, 1);
  }
  void begin() {
    ASSERT_EQ(call("cuInit", 0u), Success);
    ASSERT_EQ(call("cuDevicePrimaryCtxRetain", &context, 0), Success);
    ASSERT_EQ(call("cuCtxSetCurrent", context), Success);
  }
  /// The same again, as the environment has it now.
  void beginAgain() {
    ASSERT_EQ(call("cuDevicePrimaryCtxRelease_v2", 0), Success);
    begin();
  }

  DevicePointer allocate(size_t bytes) {
    DevicePointer result = 0;
    EXPECT_EQ(call("cuMemAlloc_v2", &result, bytes), Success);
    return result;
  }
  Stream *newStream() {
    Stream *result = nullptr;
    EXPECT_EQ(call("cuStreamCreate", &result, 1u), Success);
    return result;
  }
  Function *loadScale() {
    Module *module = nullptr;
    Function *function = nullptr;
    EXPECT_EQ(
        call("cuModuleLoadData", &module, static_cast<const void *>(kScale)),
        Success);
    EXPECT_EQ(call("cuModuleGetFunction", &function, module, "scale"), Success);
    return function;
  }
  int launchScale(Function *function, DevicePointer input, DevicePointer output,
                  int factor, Stream *stream, unsigned threads = 32,
                  unsigned shared = 0) {
    void *parameters[] = {&input, &output, &factor};
    return call("cuLaunchKernel", function, 1u, 1u, 1u, threads, 1u, 1u, shared,
                stream, parameters, static_cast<void **>(nullptr));
  }
  int upload(DevicePointer to, const void *from, size_t bytes, Stream *stream) {
    return call("cuMemcpyHtoDAsync_v2", to, from, bytes, stream);
  }
  int download(void *to, DevicePointer from, size_t bytes, Stream *stream) {
    return call("cuMemcpyDtoHAsync_v2", to, from, bytes, stream);
  }
  int synchronize(Stream *stream) {
    return call("cuStreamSynchronize", stream);
  }

  Context *context = nullptr;
};

} // namespace emblem::stand_in

#endif // EMBLEM_TEST_GPU_STAND_IN_LOADED_DRIVER_H
