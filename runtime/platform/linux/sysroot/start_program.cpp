//===- start_program.cpp - The way from the kernel to main ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// Of programs that are linked without a C compiler and its start files.

extern "C" int emblemProgram(int, char **, char **) asm("main");

extern "C" int __libc_start_main(int (*main)(int, char **, char **), int count,
                                 char **arguments, void (*init)(),
                                 void (*fini)(), void (*loaderEnd)(),
                                 void *stackEnd);

/// `stack` is what the kernel left: the number of arguments and the arguments;
/// `loaderEnd` is the loader's own function for the process's end. The C
/// library runs what is to run before main.
extern "C" [[noreturn]] void emblemStartProgram(long *stack,
                                                void (*loaderEnd)()) {
  __libc_start_main(emblemProgram, int(*stack),
                    reinterpret_cast<char **>(stack + 1), nullptr, nullptr,
                    loaderEnd, stack);
  __builtin_trap();
}
