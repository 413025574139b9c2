//===- settings.cpp - The settings of the environment ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/stand_in/settings.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace emblem::stand_in {

static std::string variable(const char *name) {
  const char *value =
      std::getenv((std::string("EMBLEM_STAND_IN_") + name).c_str());
  return value ? value : "";
}

Settings Settings::read() {
  Settings result;
  if (std::string value = variable("CAPABILITY"); !value.empty())
    result.capability = std::atoi(value.c_str());
  if (std::string value = variable("DRIVER_VERSION"); !value.empty())
    result.driverVersion = std::atoi(value.c_str());
  if (std::string value = variable("MEMORY"); !value.empty())
    result.memoryBytes = std::strtoull(value.c_str(), nullptr, 0);
  if (std::string value = variable("THREADS"); !value.empty())
    result.hostThreads = static_cast<unsigned>(std::atoi(value.c_str()));
  result.noDevice = variable("NO_DEVICE") == "1";
  result.skipsKernels = variable("SKIP_KERNELS") == "1";
  result.reports = variable("REPORT") == "1";
  result.trace = variable("TRACE");
  std::istringstream list(variable("FAIL"));
  for (std::string item; std::getline(list, item, ',');) {
    size_t first = item.find(':'), second = item.rfind(':');
    if (first == std::string::npos || first == second) {
      std::fprintf(stderr,
                   "stand-in: '%s' in EMBLEM_STAND_IN_FAIL is not "
                   "FUNCTION:CALL:ERROR\n",
                   item.c_str());
      continue;
    }
    result.failures.push_back({item.substr(0, first),
                               std::atol(item.c_str() + first + 1),
                               std::atoi(item.c_str() + second + 1)});
  }
  return result;
}

} // namespace emblem::stand_in
