//===- decoder.cpp - Operands and modifiers of a statement ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/decoder.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace emblem::ptx {

std::string trim(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return "";
  size_t last = text.find_last_not_of(" \t\r\n");
  return std::string(text.substr(first, last - first + 1));
}

std::vector<std::string> splitOperands(std::string_view text) {
  std::vector<std::string> result;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    char c = i < text.size() ? text[i] : ',';
    depth +=
        (c == '{' || c == '[' || c == '(') - (c == '}' || c == ']' || c == ')');
    if (c != ',' || depth > 0)
      continue;
    std::string operand = trim(text.substr(begin, i - begin));
    if (!operand.empty())
      result.push_back(operand);
    begin = i + 1;
  }
  return result;
}

Decoder::Decoder(int line, const std::string &text, Names &names)
    : names(names) {
  instruction.line = line;
  instruction.text = text;
  std::replace(instruction.text.begin(), instruction.text.end(), '\t', ' ');
  std::string_view rest = text;
  if (rest[0] == '@') {
    size_t end = std::min(rest.find_first_of(" \t\n"), rest.size());
    instruction.guarded = true;
    instruction.guard = registerOf(std::string(rest.substr(1, end - 1)),
                                   Type::Predicate, false);
    rest.remove_prefix(
        std::min(rest.find_first_not_of(" \t\n", end), rest.size()));
  }
  size_t end = std::min(rest.find_first_of(" \t\n{"), rest.size());
  std::string opcode(rest.substr(0, end));
  for (size_t begin = 0; begin <= opcode.size();) {
    size_t point = std::min(opcode.find('.', begin), opcode.size());
    parts.push_back(opcode.substr(begin, point - begin));
    begin = point + 1;
  }
  for (const std::string &part : parts)
    if (Type type = typeNamed(part); type != Type::None)
      types.push_back(type);
  operands = splitOperands(rest.substr(end));
  instruction.type = type(0);
  instruction.flushes = has("ftz");
  instruction.saturates = has("sat") || has("satfinite");
}

void Decoder::fail(const std::string &why) const {
  throw ProgramError(instruction.line, why + ": " + instruction.text);
}

void Decoder::failUnknown() const {
  fail("the machine does not know this instruction");
}

bool Decoder::has(std::string_view modifier) const {
  return std::find(parts.begin() + 1, parts.end(), modifier) != parts.end();
}

const std::string &Decoder::operand(size_t index) const {
  if (index >= operands.size())
    fail("an operand is missing");
  return operands[index];
}

void Decoder::expectOperands(size_t least, size_t most) const {
  if (operands.size() < least || operands.size() > most)
    fail("it has " + std::to_string(operands.size()) + " operands");
}

std::vector<std::string> Decoder::table(size_t index) const {
  const std::vector<std::string> *labels = names.findTable(operand(index));
  if (!labels || labels->empty())
    fail("there is no list of targets " + operand(index));
  return *labels;
}

int64_t Decoder::integer(size_t index) const {
  const std::string &text = operand(index);
  char *end;
  int64_t value = std::strtoll(text.c_str(), &end, 0);
  if (*end)
    fail("'" + text + "' is no number");
  return value;
}

Operand Decoder::registerOf(const std::string &text, Type type, bool anyWidth) {
  bool negated = text[0] == '!';
  std::string name = trim(std::string_view(text).substr(negated));
  if (name == "_")
    return names.sink(kindOf(type));
  std::optional<Operand> found = names.findRegister(name);
  if (!found)
    fail("there is no register " + name);
  RegisterKind wanted = kindOf(type);
  bool predicates = wanted == RegisterKind::Predicate;
  if (anyWidth ? (found->kind == RegisterKind::Predicate) != predicates
               : found->kind != wanted)
    fail("the register " + name + " has another width");
  if (negated && !predicates)
    fail("only predicates are negated");
  found->negated = negated;
  return *found;
}

// A literal's bits as a number of the type.
static uint64_t literalBits(const std::string &text, Type type, bool &valid) {
  const char *begin = text.c_str();
  char *end = nullptr;
  uint64_t bits = 0;
  bool hexadecimal = text[0] == '0' && text.size() > 2;
  if (hexadecimal && (text[1] == 'f' || text[1] == 'F')) {
    bits = std::strtoull(begin + 2, &end, 16);
    if (type == Type::F64)
      bits = std::bit_cast<uint64_t>(
          static_cast<double>(fromBits(static_cast<uint32_t>(bits))));
  } else if (hexadecimal && (text[1] == 'd' || text[1] == 'D')) {
    bits = std::strtoull(begin + 2, &end, 16);
    if (type == Type::F32)
      bits = toBits(static_cast<float>(std::bit_cast<double>(bits)));
  } else if (text[0] == '-') {
    bits = static_cast<uint64_t>(std::strtoll(begin, &end, 0));
  } else {
    bits = std::strtoull(begin, &end, 0);
    if (*end == 'U' || *end == 'u')
      ++end;
  }
  if (*end && isFloat(type)) { // "1.5"
    double value = std::strtod(begin, &end);
    bits = type == Type::F64 ? std::bit_cast<uint64_t>(value)
                             : toBits(static_cast<float>(value));
  }
  valid = !*end;
  return bits;
}

Operand Decoder::sourceOf(const std::string &text, Type type, bool anyWidth) {
  RegisterKind kind = kindOf(type);
  if (std::isdigit(static_cast<unsigned char>(text[0])) || text[0] == '-') {
    bool valid;
    uint64_t bits = literalBits(text, type, valid);
    if (!valid)
      fail("'" + text + "' is no number");
    return names.constant(kind, bits);
  }
  if (text == "WARP_SZ")
    return names.constant(kind, 32);
  size_t plus = text.find('+');
  if (std::optional<Symbol> symbol =
          names.findSymbol(trim(text.substr(0, plus)))) {
    int64_t offset = plus == std::string::npos
                         ? 0
                         : std::strtoll(text.c_str() + plus + 1, nullptr, 0);
    return names.constant(kind, symbol->address + offset);
  }
  return registerOf(text, type, anyWidth);
}

static std::vector<std::string> elementsOf(const std::string &text) {
  if (text[0] != '{')
    return {text};
  return splitOperands(std::string_view(text).substr(1, text.rfind('}') - 1));
}

void Decoder::addDestination(const std::string &text, Type type,
                             bool anyWidth) {
  if (instruction.destinationCount == instruction.destinations.size())
    fail("it has too many destinations");
  Operand operand = registerOf(text, type, anyWidth);
  if (operand.negated)
    fail("a destination is negated");
  instruction.destinations[instruction.destinationCount++] = operand;
}

void Decoder::addDestination(size_t index, Type type, bool anyWidth) {
  for (const std::string &element : elementsOf(operand(index)))
    addDestination(element, type, anyWidth);
}

void Decoder::addSourceOperand(Operand operand) {
  if (instruction.sourceCount == instruction.sources.size())
    fail("it has too many sources");
  instruction.sources[instruction.sourceCount++] = operand;
}

void Decoder::addSource(const std::string &text, Type type, bool anyWidth) {
  addSourceOperand(sourceOf(text, type, anyWidth));
}

void Decoder::addSource(size_t index, Type type, bool anyWidth) {
  for (const std::string &element : elementsOf(operand(index)))
    addSource(element, type, anyWidth);
}

int64_t Decoder::addAddress(size_t index) {
  const std::string &text = operand(index);
  if (text[0] != '[' || text.back() != ']')
    fail("'" + text + "' is no address");
  std::string inner = trim(std::string_view(text).substr(1, text.size() - 2));
  size_t plus = inner.find_first_of("+-", 1);
  std::string base = trim(inner.substr(0, plus));
  int64_t offset = 0;
  if (plus != std::string::npos) {
    // "a+8", "a+-8" and "a-8".
    std::string number = trim(inner.substr(plus + (inner[plus] == '+')));
    char *end;
    offset = std::strtoll(number.c_str(), &end, 0);
    if (*end)
      fail("'" + text + "' is no address");
  }
  addSource(base, Type::B64, true);
  return offset;
}

void Decoder::addAll(Type type) {
  addDestination(0, type);
  for (size_t i = 1; i < operands.size(); ++i)
    addSource(i, type);
}

Decoder decode(int line, const std::string &text, Names &names) {
  static const DecodeTable table = [] {
    DecodeTable families;
    addArithmetic(families);
    addIntegerArithmetic(families);
    addFloatFunctions(families);
    addBitOperations(families);
    addComparisons(families);
    addConversions(families);
    addMoves(families);
    addMemoryAccess(families);
    addAtomics(families);
    addAsyncCopies(families);
    addWarpExchange(families);
    addTensorCore(families);
    addControlFlow(families);
    return families;
  }();
  Decoder decoder(line, text, names);
  auto family = table.find(decoder.mnemonic());
  if (family == table.end())
    decoder.failUnknown();
  family->second(decoder);
  const Instruction &instruction = decoder.instruction;
  if (!instruction.handler && instruction.flow == Flow::Next)
    decoder.failUnknown();
  return decoder;
}

} // namespace emblem::ptx
