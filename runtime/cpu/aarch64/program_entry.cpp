//===- program_entry.cpp - The first instructions of a program ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// The loader passes its function for the process's end in x0. The outermost
// frame has no caller.
asm(R"(
  .text
  .globl _start
  .type _start, %function
_start:
  mov x29, #0
  mov x30, #0
  mov x1, x0
  mov x0, sp
  b emblemStartProgram
  .size _start, .-_start
)");

/// The loader, which the kernel starts in the program's place.
[[gnu::section(".interp"), gnu::used, gnu::retain]]
static const char loader[] = "/lib/ld-linux-aarch64.so.1";
