//===- parser.cpp - A module from its text --------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/parser.h"

#include "test/gpu/ptx_machine/decoder.h"
#include "test/gpu/ptx_machine/text_reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <sstream>

namespace emblem::ptx {

namespace {

// ".align 16 .b8 name[4][8]" and what may stand before it.
struct Declaration {
  std::string name;
  Type type = Type::B32;
  size_t alignment = 0, bytes = 0;
  bool unsized = false; // "name[]"
};

size_t alignUp(size_t value, size_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

class Parser {
public:
  Parser(std::string_view text, GlobalMemory &memory)
      : reader(text), memory(memory) {}
  Module parse();

private:
  Declaration declaration(const std::string &text) const;
  void variable(const std::string &text, Names *names);
  void globalVariable(const Declaration &declared, const std::string &text,
                      const std::string &initial);
  void entry();
  void parameters(Program &program, Names &names);
  void threadCounts(Program &program);
  void body(Program &program, Names &names);
  void placeDynamicShared(Program &program, Names &names);
  void registers(const std::string &text, Names &names);
  void table(const std::string &label, Names &names);
  [[noreturn]] void fail(const std::string &why) const {
    throw ProgramError(reader.line(), why);
  }

  TextReader reader;
  GlobalMemory &memory;
  Module module;
  Symbols symbols;
  std::string linkage;              // the words before a directive
  uint32_t sharedEnd = kSharedBase; // of the module's own variables
  std::vector<std::pair<std::string, size_t>> dynamicShared; // and alignments
};

Declaration Parser::declaration(const std::string &text) const {
  Declaration result;
  std::istringstream words(text.substr(0, text.find('[')));
  for (std::string word; words >> word;) {
    if (word == ".align")
      words >> result.alignment;
    else if (word[0] != '.')
      result.name = word;
    else if (Type type = typeNamed(word.substr(1)); type != Type::None)
      result.type = type;
  }
  result.bytes = static_cast<size_t>(bytesOf(result.type));
  if (!result.alignment)
    result.alignment = result.bytes;
  for (size_t bracket = text.find('['); bracket != std::string::npos;
       bracket = text.find('[', bracket + 1)) {
    size_t count = std::strtoull(text.c_str() + bracket + 1, nullptr, 0);
    result.unsized |= count == 0;
    result.bytes *= count;
  }
  if (result.name.empty())
    fail("a declaration without a name: " + text);
  return result;
}

// Of the module, or of a kernel where `names` are its own.
void Parser::variable(const std::string &text, Names *names) {
  size_t equals = text.find('=');
  std::string left = text.substr(0, equals);
  Declaration declared = declaration(left);
  auto mentions = [&](const char *word) {
    return (" " + left).find(word) != std::string::npos;
  };
  if (!mentions(".shared")) {
    if (!mentions(".global") && !mentions(".const"))
      fail("the machine has no such variables: " + text);
    globalVariable(declared, left,
                   equals == std::string::npos ? "" : text.substr(equals + 1));
    return;
  }
  if (declared.unsized) {
    dynamicShared.push_back({declared.name, declared.alignment});
    return;
  }
  sharedEnd = static_cast<uint32_t>(alignUp(sharedEnd, declared.alignment));
  Symbol symbol = {Space::Shared, sharedEnd};
  if (names)
    names->declareSymbol(declared.name, symbol);
  else
    symbols[declared.name] = symbol;
  sharedEnd += static_cast<uint32_t>(declared.bytes);
}

void Parser::globalVariable(const Declaration &declared,
                            const std::string &text,
                            const std::string &initial) {
  std::vector<uint8_t> bytes(declared.bytes, 0);
  std::string list = trim(initial);
  std::string flat;
  for (char c : list)
    if (c != '{' && c != '}')
      flat += c;
  size_t size = static_cast<size_t>(bytesOf(declared.type)), place = 0;
  for (const std::string &element : splitOperands(flat)) {
    uint64_t bits;
    if (element.compare(0, 2, "0f") == 0 || element.compare(0, 2, "0d") == 0)
      bits = std::strtoull(element.c_str() + 2, nullptr, 16);
    else if (element[0] == '-')
      bits = static_cast<uint64_t>(std::strtoll(element.c_str(), nullptr, 0));
    else if (std::isdigit(static_cast<unsigned char>(element[0])))
      bits = std::strtoull(element.c_str(), nullptr, 0);
    else
      fail("the machine does not know this initial value: " + element);
    if (place + size > bytes.size())
      fail("there are more initial values than " + declared.name + " has");
    std::memcpy(&bytes[place], &bits, size);
    place += size;
  }
  uint64_t address = memory.allocate(bytes.size(), true);
  memory.write(address, bytes.data(), bytes.size());
  if ((" " + text).find(".const") != std::string::npos)
    memory.setWritable(address, false);
  module.variables.push_back(address);
  symbols[declared.name] = {Space::Global, address};
}

void Parser::parameters(Program &program, Names &names) {
  if (!reader.next() || reader.peek() != '(')
    return;
  reader.skip();
  std::string list = reader.until(")");
  reader.skip();
  for (const std::string &text : splitOperands(list)) {
    // ".ptr .global .align 1" is what the pointer leads to.
    size_t pointee = text.find(".ptr");
    std::string own = text.substr(0, pointee);
    if (pointee != std::string::npos)
      own += text.substr(text.find_last_of(" \t"));
    Declaration declared = declaration(own);
    size_t offset = alignUp(program.parameterBytes, declared.alignment);
    program.parameters.push_back({declared.name, offset, declared.bytes});
    names.declareSymbol(declared.name, {Space::Parameter, offset});
    program.parameterBytes = offset + declared.bytes;
  }
}

// Directives between a kernel's head and its body.
void Parser::threadCounts(Program &program) {
  while (reader.next() && reader.peek() != '{') {
    bool most = reader.at(".maxntid"), exact = reader.at(".reqntid");
    if (!most && !exact) {
      reader.skipLine();
      continue;
    }
    reader.until(" \t");
    std::string text = reader.until("\n{");
    std::array<uint32_t, 3> extent = {1, 1, 1};
    size_t axis = 0;
    for (const std::string &count : splitOperands(text))
      if (axis < 3)
        extent[axis++] = static_cast<uint32_t>(std::atoll(count.c_str()));
    (most ? program.mostThreads : program.exactThreads) = extent;
  }
}

void Parser::entry() {
  auto program = std::make_shared<Program>();
  program->entry = trim(reader.until(" \t\n({"));
  Names names(*program, symbols);
  uint32_t moduleShared = sharedEnd;
  parameters(*program, names);
  threadCounts(*program);
  if (!reader.next() || reader.peek() != '{')
    fail("the kernel " + program->entry + " has no body");
  reader.skip();
  body(*program, names);
  sharedEnd = moduleShared;
  module.entries[program->entry] = program;
}

// Dynamic shared memory lies behind what is declared, and all its names are of
// one place.
void Parser::placeDynamicShared(Program &program, Names &names) {
  size_t begin = sharedEnd;
  for (const auto &[name, alignment] : dynamicShared)
    begin = alignUp(begin, alignment);
  for (const auto &[name, alignment] : dynamicShared)
    names.declareSymbol(name, {Space::Shared, begin});
  program.staticSharedEnd = static_cast<uint32_t>(begin);
}

void Parser::registers(const std::string &text, Names &names) {
  std::istringstream words(text);
  std::string word, list;
  Type type = Type::None;
  words >> word;
  while (words >> word && word[0] == '.')
    if (Type named = typeNamed(word.substr(1)); named != Type::None)
      type = named;
  list = word;
  while (words >> word)
    list += word;
  if (type == Type::None)
    fail("registers of an unknown type: " + text);
  for (const std::string &declared : splitOperands(list))
    names.declareRegisters(declared, type);
}

void Parser::table(const std::string &label, Names &names) {
  reader.until(" \t\n");
  names.declareTable(label, splitOperands(reader.until(";")));
  reader.skip();
}

void Parser::body(Program &program, Names &names) {
  struct Jump {
    size_t position;
    std::vector<std::string> labels;
    int scope;
  };
  std::vector<Jump> jumps;
  std::string label;
  for (bool open = true; open;) {
    if (!reader.next())
      fail("the kernel " + program.entry + " does not end");
    int line = reader.line();
    if (reader.peek() == '{') {
      reader.skip();
      names.openScope();
    } else if (reader.peek() == '}') {
      reader.skip();
      if (names.scope() == 0)
        open = false;
      else
        names.closeScope();
    } else if (reader.peek() == ';') {
      reader.skip();
    } else if (reader.at(".loc") || reader.at(".file")) {
      reader.skipLine();
    } else if (std::string name = reader.takeLabel(); !name.empty()) {
      if (reader.next() && reader.at(".branchtargets"))
        table(name, names);
      else
        names.declareLabel(name, static_cast<int32_t>(program.code.size()));
    } else {
      std::string text = trim(reader.until(";"));
      reader.skip();
      if (text.compare(0, 4, ".reg") == 0) {
        registers(text, names);
      } else if (text.compare(0, 7, ".pragma") == 0) {
      } else if (text[0] == '.') {
        if (!program.code.empty())
          fail("a variable behind instructions: " + text);
        variable(text, &names);
      } else {
        if (program.code.empty())
          placeDynamicShared(program, names);
        Decoder decoder = decode(line, text, names);
        if (!decoder.targetLabels().empty())
          jumps.push_back(
              {program.code.size(), decoder.targetLabels(), names.scope()});
        program.code.push_back(decoder.instruction);
      }
    }
  }
  // A label at the end leads to the end.
  Instruction last;
  last.flow = Flow::Exit;
  last.line = reader.line();
  last.text = "}";
  program.code.push_back(last);
  for (const Jump &jump : jumps) {
    Instruction &instruction = program.code[jump.position];
    for (const std::string &name : jump.labels) {
      std::optional<int32_t> target = names.findLabel(name, jump.scope);
      if (!target)
        throw ProgramError(instruction.line, "there is no label " + name);
      instruction.targets.push_back(*target);
    }
    instruction.target = instruction.targets[0];
  }
}

Module Parser::parse() {
  while (reader.next()) {
    if (reader.at(".version")) {
      reader.until(" \t");
      std::string number = trim(reader.until("\n"));
      size_t point = number.find('.');
      module.version = 10 * std::atoi(number.c_str()) +
                       std::atoi(number.c_str() + point + 1);
    } else if (reader.at(".target")) {
      reader.until(" \t");
      module.target = trim(reader.until("\n,"));
      reader.skipLine();
    } else if (reader.at(".address_size") || reader.at(".file") ||
               reader.at(".loc")) {
      reader.skipLine();
    } else if (reader.at(".section")) {
      reader.until("{");
      reader.skipBraces();
    } else if (reader.at(".visible") || reader.at(".extern") ||
               reader.at(".weak") || reader.at(".common")) {
      linkage += reader.until(" \t\n") + " ";
    } else if (reader.at(".entry")) {
      reader.until(" \t\n");
      reader.next();
      entry();
      linkage.clear();
    } else if (reader.at(".func")) {
      fail("the machine does not call functions");
    } else if (reader.peek() == '.') {
      variable(linkage + reader.until(";"), nullptr);
      reader.skip();
      linkage.clear();
    } else {
      fail("no directive");
    }
  }
  return std::move(module);
}

} // namespace

Module parseModule(std::string_view text, GlobalMemory &memory) {
  return Parser(text, memory).parse();
}

} // namespace emblem::ptx
