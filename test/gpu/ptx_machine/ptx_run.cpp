//===- ptx_run.cpp - One kernel from the command line ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/machine.h"
#include "test/gpu/ptx_machine/parser.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace emblem::ptx;

namespace {

constexpr const char *kUsage =
    "emblem-ptx-run FILE.ptx ENTRY [OPTION...] ARGUMENT...\n"
    "runs a kernel on the CPU; exits with 1 and says the lines if it has a "
    "fault\n"
    "  --grid=X[,Y[,Z]]     blocks\n"
    "  --threads=X[,Y[,Z]]  of a block\n"
    "  --shared=BYTES       dynamic shared memory\n"
    "  --host-threads=N     threads of this computer\n"
    "  --order=N            another order of warps\n"
    "  --limit=N            instructions of a warp\n"
    "  --counters           prints what the kernel did\n"
    "an argument is a buffer or a number, in the kernel's order:\n"
    "  in:FILE  inout:FILE  out:FILE:BYTES  zero:BYTES\n"
    "  i32:N  i64:N  f32:N  f64:N\n";

struct Buffer {
  uint64_t address;
  size_t bytes;
  std::string output; // the file that gets it, or nothing
};

struct Command {
  GlobalMemory memory;
  Launch launch;
  std::vector<Buffer> buffers;
  bool counters = false;

  void option(const std::string &text);
  void argument(const std::string &text);
  void add(const void *value, size_t bytes);
  void addBuffer(const std::vector<char> &bytes, const std::string &output,
                 bool writable);
};

std::vector<char> readFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<char> bytes(file ? static_cast<size_t>(file.tellg()) : 0);
  file.seekg(0);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw std::runtime_error("cannot read " + path);
  return bytes;
}

uint64_t number(const std::string &text) {
  char *end;
  int64_t value = std::strtoll(text.c_str(), &end, 0);
  if (text.empty() || *end)
    throw std::runtime_error("'" + text + "' is no number");
  return static_cast<uint64_t>(value);
}

Extent extent(std::string text) {
  Extent result = {1, 1, 1};
  for (uint32_t &count : result) {
    size_t comma = text.find(',');
    count = static_cast<uint32_t>(number(text.substr(0, comma)));
    if (comma == std::string::npos)
      return result;
    text.erase(0, comma + 1);
  }
  throw std::runtime_error("more than three extents");
}

void Command::add(const void *value, size_t bytes) {
  std::vector<uint8_t> &parameters = launch.parameters;
  parameters.resize((parameters.size() + bytes - 1) / bytes * bytes);
  auto begin = static_cast<const uint8_t *>(value);
  parameters.insert(parameters.end(), begin, begin + bytes);
}

void Command::addBuffer(const std::vector<char> &bytes,
                        const std::string &output, bool writable) {
  uint64_t address = memory.allocate(bytes.size(), writable);
  memory.write(address, bytes.data(), bytes.size());
  buffers.push_back({address, bytes.size(), output});
  add(&address, sizeof(address));
}

void Command::argument(const std::string &text) {
  size_t colon = text.find(':');
  std::string kind = text.substr(0, colon);
  std::string value = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "in") {
    addBuffer(readFile(value), "", false);
  } else if (kind == "inout") {
    addBuffer(readFile(value), value, true);
  } else if (kind == "zero") {
    addBuffer(std::vector<char>(number(value), 0), "", true);
  } else if (kind == "out") {
    size_t last = value.rfind(':');
    if (last == std::string::npos)
      throw std::runtime_error(text + ": an output has a file and a size");
    size_t bytes = number(value.substr(last + 1));
    uint64_t address = memory.allocate(bytes);
    buffers.push_back({address, bytes, value.substr(0, last)});
    add(&address, sizeof(address));
  } else if (kind == "i32") {
    auto scalar = static_cast<uint32_t>(number(value));
    add(&scalar, sizeof(scalar));
  } else if (kind == "i64") {
    uint64_t scalar = number(value);
    add(&scalar, sizeof(scalar));
  } else if (kind == "f32") {
    float scalar = std::strtof(value.c_str(), nullptr);
    add(&scalar, sizeof(scalar));
  } else if (kind == "f64") {
    double scalar = std::strtod(value.c_str(), nullptr);
    add(&scalar, sizeof(scalar));
  } else {
    throw std::runtime_error("'" + text + "' is no argument");
  }
}

void Command::option(const std::string &text) {
  size_t equals = text.find('=');
  std::string name = text.substr(0, equals);
  std::string value =
      equals == std::string::npos ? "" : text.substr(equals + 1);
  if (name == "--grid")
    launch.grid = extent(value);
  else if (name == "--threads")
    launch.threads = extent(value);
  else if (name == "--shared")
    launch.dynamicShared = static_cast<uint32_t>(number(value));
  else if (name == "--host-threads")
    launch.hostThreads = static_cast<unsigned>(number(value));
  else if (name == "--order")
    launch.order = static_cast<uint32_t>(number(value));
  else if (name == "--limit")
    launch.instructionLimit = number(value);
  else if (name == "--counters")
    counters = true;
  else
    throw std::runtime_error("there is no option " + text);
}

void printCost(const char *what, const char *unit, const Program &program,
               const std::vector<Cost> &costs) {
  Cost total = Counters::total(costs);
  std::printf("%s: %llu %s, %llu at best\n", what,
              static_cast<unsigned long long>(total.actual), unit,
              static_cast<unsigned long long>(total.least));
  for (size_t i = 0; i < costs.size(); ++i)
    if (costs[i].actual > costs[i].least)
      std::printf("  line %d: %llu for %llu: %s\n", program.code[i].line,
                  static_cast<unsigned long long>(costs[i].actual),
                  static_cast<unsigned long long>(costs[i].least),
                  program.code[i].text.c_str());
}

int runCommand(int argc, char **argv) {
  Command command;
  std::vector<char> text = readFile(argv[1]);
  Module module = parseModule({text.data(), text.size()}, command.memory);
  auto entry = module.entries.find(argv[2]);
  if (entry == module.entries.end())
    throw std::runtime_error(std::string("there is no kernel ") + argv[2]);
  for (int i = 3; i < argc; ++i) {
    if (std::strncmp(argv[i], "--", 2) == 0)
      command.option(argv[i]);
    else
      command.argument(argv[i]);
  }
  const Program &program = *entry->second;
  Outcome outcome = run(program, command.memory, command.launch);
  size_t unwritten = 0;
  for (const Buffer &buffer : command.buffers) {
    unwritten += command.memory.unknownBytes(buffer.address, buffer.bytes);
    if (buffer.output.empty())
      continue;
    std::ofstream file(buffer.output, std::ios::binary);
    file.write(reinterpret_cast<const char *>(
                   command.memory.hostBytes(buffer.address, buffer.bytes)),
               static_cast<std::streamsize>(buffer.bytes));
    if (!file)
      throw std::runtime_error("cannot write " + buffer.output);
  }
  if (command.counters) {
    const Counters &counters = outcome.counters;
    std::printf("%llu instructions of warps, %llu products of matrices\n",
                static_cast<unsigned long long>(counters.instructions),
                static_cast<unsigned long long>(counters.matrixProducts));
    printCost("shared memory", "wavefronts", program, counters.wavefronts);
    printCost("global memory", "sectors", program, counters.sectors);
    std::printf("outputs: %zu bytes not written\n", unwritten);
  }
  for (const Fault &fault : outcome.faults.list())
    std::fprintf(stderr, "%s: %s\n", argv[1], format(fault).c_str());
  return outcome.faults.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    return runCommand(argc, argv);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "emblem-ptx-run: %s: %s\n", argv[1], error.what());
    return 2;
  }
}
