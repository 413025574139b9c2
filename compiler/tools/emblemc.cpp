//===- emblemc.cpp - The compiler -----------------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/compile.h"

int main(int argc, char **argv) {
  return emblem::driver::emblemcMain(argc, argv);
}
