//===- language_support.cpp - C++'s language support, without exceptions --===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A program throws nothing and is linked without libstdc++, whose exceptions
// bring an unwinder that asks for a later libc than all else here
// (_dl_find_object, of glibc 2.35). This is what C++'s headers call in it; what
// fmt's exception would call goes with --gc-sections.
//
//===----------------------------------------------------------------------===//

#include "runtime/platform/file.h"
#include "runtime/platform/new_file.h"

#include <cstdlib>
#include <cstring>
#include <new>

using namespace emblem;

// Nothing that allocates may run in these.

static void say(const char *text) {
  (void)platform::writeFile(platform::standardError, text, std::strlen(text));
}

[[noreturn]] static void outOfMemory() {
  say("error: out of memory; lower --max-batch-tokens, or give shorter "
      "lines\n");
  platform::removeUnfinishedFiles();
  std::_Exit(1);
}

/// Of a mistake in the program, `what` says where.
[[noreturn]] static void endByMistake(const char *what) {
  say("error: internal: ");
  say(what);
  say("\n");
  std::abort();
}

void *operator new(size_t size) {
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  outOfMemory();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }

// Where a C++ compiler links, its own library may define these, too.
namespace std {
[[gnu::weak]] void __throw_bad_alloc() { outOfMemory(); }
[[gnu::weak]] void __throw_bad_array_new_length() { outOfMemory(); }
[[gnu::weak]] void __throw_length_error(const char *what) {
  endByMistake(what);
}
[[gnu::weak]] void __throw_logic_error(const char *what) { endByMistake(what); }
[[gnu::weak]] void __throw_out_of_range_fmt(const char *what, ...) {
  endByMistake(what);
}
} // namespace std
