//===- program_entry.cpp - The first instructions of a program ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

// The loader passes its function for the process's end in rdx. The outermost
// frame has no caller, and a call finds the stack aligned to 16 bytes.
asm(R"(
  .text
  .globl _start
  .type _start, @function
_start:
  xorl %ebp, %ebp
  movq %rsp, %rdi
  movq %rdx, %rsi
  andq $-16, %rsp
  call emblemStartProgram
  .size _start, .-_start
)");

/// The loader, which the kernel starts in the program's place.
[[gnu::section(".interp"), gnu::used, gnu::retain]]
static const char loader[] = "/lib64/ld-linux-x86-64.so.2";
