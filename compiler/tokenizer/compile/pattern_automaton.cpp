//===- pattern_automaton.cpp - Patterns become tables ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenizer/compile/pattern_automaton.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

#include <map>
#include <set>

using namespace llvm;
using namespace emblem::frontend;
using namespace emblem::runtime;

namespace {

constexpr size_t mostStates = 10000;
constexpr size_t mostInstructions = 20000;

/// One place in a pattern.
struct Instruction {
  enum class Kind { Set, LookAhead, TextStart, Fork, Match };
  Kind kind;
  unsigned set = 0;       // an index of the sets; Set, LookAhead
  bool mayEnd = false;    // LookAhead
  unsigned next = 0;      // Fork: what is tried first
  unsigned otherwise = 0; // Fork
};

class Program {
public:
  std::vector<Instruction> instructions;
  std::vector<CodePointSet> sets;
  bool isTooLong = false;

  explicit Program(const PatternNode &pattern) {
    emit(pattern);
    add(Instruction::Kind::Match);
  }

private:
  unsigned add(Instruction::Kind kind) {
    if (instructions.size() >= mostInstructions)
      isTooLong = true;
    Instruction instruction{kind};
    instruction.next = unsigned(instructions.size()) + 1;
    instruction.otherwise = instruction.next;
    instructions.push_back(instruction);
    return unsigned(instructions.size()) - 1;
  }

  unsigned here() const { return unsigned(instructions.size()); }

  void emit(const PatternNode &node) {
    if (isTooLong)
      return;
    switch (node.kind) {
    case PatternNode::Kind::Set:
    case PatternNode::Kind::LookAhead: {
      unsigned at = add(node.kind == PatternNode::Kind::Set
                            ? Instruction::Kind::Set
                            : Instruction::Kind::LookAhead);
      instructions[at].set = unsigned(sets.size());
      instructions[at].mayEnd = node.mayEnd;
      sets.push_back(node.set);
      return;
    }
    case PatternNode::Kind::TextStart:
      add(Instruction::Kind::TextStart);
      return;
    case PatternNode::Kind::Sequence:
      for (const PatternNode &child : node.children)
        emit(child);
      return;
    case PatternNode::Kind::Alternation:
      emitAlternation(node);
      return;
    case PatternNode::Kind::Repetition:
      emitRepetition(node);
      return;
    }
  }

  void emitAlternation(const PatternNode &node) {
    std::vector<unsigned> ends;
    for (const PatternNode &child : drop_end(node.children)) {
      unsigned fork = add(Instruction::Kind::Fork);
      emit(child);
      ends.push_back(add(Instruction::Kind::Fork)); // a jump to the end
      instructions[fork].otherwise = here();
    }
    emit(node.children.back());
    for (unsigned end : ends)
      instructions[end].next = instructions[end].otherwise = here();
  }

  void setFork(unsigned fork, unsigned inside, unsigned outside, bool lazy) {
    instructions[fork].next = lazy ? outside : inside;
    instructions[fork].otherwise = lazy ? inside : outside;
  }

  void emitRepetition(const PatternNode &node) {
    const PatternNode &child = node.children.front();
    for (unsigned i = 0; i < node.least; ++i)
      emit(child);
    if (node.most == PatternNode::unlimited) {
      unsigned fork = add(Instruction::Kind::Fork);
      emit(child);
      unsigned back = add(Instruction::Kind::Fork);
      instructions[back].next = instructions[back].otherwise = fork;
      setFork(fork, fork + 1, here(), node.lazy);
      return;
    }
    std::vector<unsigned> forks;
    for (unsigned i = node.least; i < node.most; ++i) {
      forks.push_back(add(Instruction::Kind::Fork));
      emit(child);
    }
    for (unsigned fork : forks)
      setFork(fork, fork + 1, here(), node.lazy);
  }
};

/// The classes of code points that no set tells apart, and which sets have
/// each. Class 0 is the text's end.
class Classes {
public:
  std::vector<std::vector<bool>> members; // [class][set]
  std::vector<uint8_t> ofCodePoint;
  bool areTooMany = false;

  explicit Classes(ArrayRef<CodePointSet> sets) : ofCodePoint(codePoints) {
    std::set<uint32_t> starts = {0};
    for (const CodePointSet &set : sets)
      for (CodePointRange range : set.getRanges()) {
        starts.insert(range.first);
        if (range.last + 1 < codePoints)
          starts.insert(range.last + 1);
      }
    members.emplace_back(sets.size(), false);
    std::map<std::vector<bool>, unsigned> known;
    for (auto start = starts.begin(); start != starts.end(); ++start) {
      std::vector<bool> in;
      for (const CodePointSet &set : sets)
        in.push_back(set.contains(*start));
      auto [found, isNew] = known.try_emplace(in, unsigned(members.size()));
      if (isNew)
        members.push_back(in);
      if (found->second > 255) {
        areTooMany = true;
        return;
      }
      uint32_t end =
          std::next(start) == starts.end() ? codePoints : *std::next(start);
      std::fill(ofCodePoint.begin() + *start, ofCodePoint.begin() + end,
                uint8_t(found->second));
    }
  }
};

class Determinizer {
public:
  Determinizer(const Program &program, const Classes &classes)
      : instructions(program.instructions), classes(classes) {}

  /// False: there are too many states.
  bool run(PatternTables &tables) {
    const unsigned classCount = unsigned(classes.members.size());
    findState({}); // dead
    tables.laterStart = findState(startAt({})) * classCount;
    tables.textStart = tables.laterStart;
    if (any_of(instructions, [](const Instruction &instruction) {
          return instruction.kind == Instruction::Kind::TextStart;
        }))
      tables.textStart = findState(startAt({.isTextStart = true})) * classCount;
    for (size_t state = 0; state < states.size(); ++state) {
      if (states.size() > mostStates)
        return false;
      for (unsigned kind = 0; kind < classCount; ++kind) {
        bool accepts = false;
        State next = step(*states[state], kind, accepts);
        tables.transitions.push_back(findState(next) * classCount |
                                     (accepts ? patternAccepts : 0));
      }
    }
    return true;
  }

  bool matchesNothing(const PatternTables &tables) const {
    return any_of(seq(classes.members.size()), [&](size_t kind) {
      return (tables.transitions[tables.textStart + kind] |
              tables.transitions[tables.laterStart + kind]) &
             patternAccepts;
    });
  }

private:
  struct State {
    // A lookahead may come before what asks for the text's start.
    bool isTextStart = false;
    // That a code point or the knowledge of the next one leads on from.
    std::vector<unsigned> places = {};

    auto operator<=>(const State &) const = default;
  };

  State startAt(State state) {
    std::set<unsigned> seen;
    follow(0, state, seen);
    return state;
  }

  void follow(unsigned at, State &state, std::set<unsigned> &seen) {
    if (!seen.insert(at).second)
      return;
    const Instruction &instruction = instructions[at];
    switch (instruction.kind) {
    case Instruction::Kind::TextStart:
      if (state.isTextStart)
        follow(instruction.next, state, seen);
      return;
    case Instruction::Kind::Fork:
      follow(instruction.next, state, seen);
      follow(instruction.otherwise, state, seen);
      return;
    case Instruction::Kind::Set:
    case Instruction::Kind::LookAhead:
    case Instruction::Kind::Match:
      state.places.push_back(at);
      return;
    }
  }

  State step(const State &state, unsigned kind, bool &accepts) {
    State next;
    std::set<unsigned> seen;
    for (unsigned at : decideLookAheads(state, kind)) {
      const Instruction &instruction = instructions[at];
      if (instruction.kind == Instruction::Kind::Match) {
        accepts = true;
        break; // what would be tried later is not
      }
      if (kind != 0 && classes.members[kind][instruction.set])
        follow(instruction.next, next, seen);
    }
    return next;
  }

  std::vector<unsigned> decideLookAheads(const State &state, unsigned kind) {
    std::vector<unsigned> decided;
    std::set<unsigned> seen;
    std::vector<unsigned> stack(state.places.rbegin(), state.places.rend());
    while (!stack.empty()) {
      unsigned at = stack.back();
      stack.pop_back();
      const Instruction &instruction = instructions[at];
      if (!seen.insert(at).second)
        continue;
      if (instruction.kind != Instruction::Kind::LookAhead) {
        decided.push_back(at);
        continue;
      }
      bool holds = kind == 0 ? instruction.mayEnd
                             : bool(classes.members[kind][instruction.set]);
      if (!holds)
        continue;
      State behind = {state.isTextStart};
      std::set<unsigned> seenBehind;
      follow(instruction.next, behind, seenBehind);
      stack.insert(stack.end(), behind.places.rbegin(), behind.places.rend());
    }
    return decided;
  }

  unsigned findState(const State &state) {
    auto [found, isNew] = numbers.try_emplace(state, unsigned(states.size()));
    if (isNew)
      states.push_back(&found->first);
    return found->second;
  }

  ArrayRef<Instruction> instructions;
  const Classes &classes;
  std::map<State, unsigned> numbers;
  std::vector<const State *> states;
};

} // namespace

static void appendClasses(ArrayRef<uint8_t> ofCodePoint,
                          PatternTables &tables) {
  std::map<std::vector<uint8_t>, uint16_t> known;
  for (uint32_t start = 0; start < codePoints; start += characterBlockSize) {
    std::vector<uint8_t> block(ofCodePoint.begin() + start,
                               ofCodePoint.begin() + start +
                                   characterBlockSize);
    auto [found, isNew] = known.try_emplace(block, uint16_t(known.size()));
    if (isNew)
      tables.classes.insert(tables.classes.end(), block.begin(), block.end());
    tables.blocks.push_back(found->second);
  }
}

Expected<PatternTables>
emblem::frontend::buildAutomaton(const PatternNode &pattern) {
  Program program(pattern);
  Classes classes(program.sets);
  PatternTables tables;
  Determinizer determinizer(program, classes);
  if (program.isTooLong || classes.areTooMany || !determinizer.run(tables))
    return createStringError("is too complex to be compiled");
  if (determinizer.matchesNothing(tables))
    return createStringError("can match an empty text, which is not supported");
  appendClasses(classes.ofCodePoint, tables);
  return tables;
}
