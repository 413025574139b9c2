//===- kernel_request.cpp - A request for one kernel ----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/backend/cpu/halide/generator/kernel_request.h"

#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>

using namespace emblem::halide;

KernelRequest::KernelRequest(const std::string &line) : line(line) {
  std::istringstream words(line);
  words >> kernel;
  for (std::string word; words >> word;) {
    size_t equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      fail("'" + word + "' is no field; expected key=value");
    if (!fields.emplace(word.substr(0, equals), word.substr(equals + 1)).second)
      fail("the field '" + word.substr(0, equals) + "' is there twice");
  }
}

const std::string &KernelRequest::text(const std::string &key) const {
  auto found = fields.find(key);
  if (found == fields.end())
    fail("the field '" + key + "' is missing");
  return found->second;
}

int KernelRequest::atLeast(int least, const std::string &key) const {
  const std::string &value = text(key);
  int number = 0;
  const char *end = value.data() + value.size();
  auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || rest != end || number < least)
    fail("'" + value + "' is no value for '" + key +
         "'; expected a whole number of at least " + std::to_string(least));
  return number;
}

int KernelRequest::count(const std::string &key) const {
  return atLeast(1, key);
}

int KernelRequest::wholeNumber(const std::string &key) const {
  return atLeast(0, key);
}

float KernelRequest::number(const std::string &key) const {
  const std::string &value = text(key);
  double number = 0;
  const char *end = value.data() + value.size();
  auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || rest != end || !std::isfinite(number))
    fail("'" + value + "' is no number for '" + key + "'");
  return static_cast<float>(number);
}

void KernelRequest::fail(const std::string &why) const {
  throw std::runtime_error("in '" + line + "': " + why);
}
