//===- machine_peak_main.cpp - Prints the machine's peak ------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// machine_peak THREADS [avx2]: one line a precision, its name, operations a
// second and the instruction, tabs between.
//
//===----------------------------------------------------------------------===//

#include "machine_peak.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace emblem::benchmark;

int main(int argc, char **argv) {
  int threads = argc > 1 ? std::atoi(argv[1]) : 0;
  bool avx2 = argc > 2 && std::strcmp(argv[2], "avx2") == 0;
  if (threads < 1 || argc > 3 || (argc == 3 && !avx2)) {
    std::fprintf(stderr, "usage: machine_peak THREADS [avx2]\n");
    return 2;
  }
  for (const char *precision : {"f32", "bf16", "int8"})
    if (const PeakInstruction *instruction =
            findPeakInstruction(precision, avx2))
      std::printf("%s\t%.6g\t%s\n", precision,
                  measurePeak(*instruction, threads), instruction->name);
}
