//===- opcodes.h - Operations of pickles ------------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_COMPILER_FILES_PICKLE_OPCODES_H
#define EMBLEM_COMPILER_FILES_PICKLE_OPCODES_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace emblem::frontend::opcode {

/// Those that are read, as Python's pickletools.py has them.
enum : uint8_t {
  Mark = '(',
  EmptyTuple = ')',
  Stop = '.',
  BinBytes = 'B',
  ShortBinBytes = 'C',
  BinFloat = 'G',
  BinInt = 'J',
  BinInt1 = 'K',
  BinInt2 = 'M',
  None = 'N',
  BinPersId = 'Q',
  Reduce = 'R',
  BinString = 'T',
  ShortBinString = 'U',
  BinUnicode = 'X',
  EmptyList = ']',
  Append = 'a',
  Build = 'b',
  Global = 'c',
  Dict = 'd',
  Appends = 'e',
  BinGet = 'h',
  LongBinGet = 'j',
  List = 'l',
  BinPut = 'q',
  LongBinPut = 'r',
  SetItem = 's',
  Tuple = 't',
  SetItems = 'u',
  EmptyDict = '}',
  Proto = 0x80,
  Tuple1 = 0x85,
  Tuple2 = Tuple1 + 1,
  Tuple3 = 0x87,
  NewTrue = 0x88,
  NewFalse = 0x89,
  Long1 = 0x8A,
  Long4 = 0x8B,
  ShortBinUnicode = 0x8C,
  BinUnicode8 = 0x8D,
  StackGlobal = 0x93,
  Memoize = 0x94,
  Frame = 0x95
};

/// The name of one that is not read; empty where there is none.
inline llvm::StringRef nameOf(uint8_t code) {
  switch (code) {
  case '0':
    return "POP";
  case '1':
    return "POP_MARK";
  case '2':
    return "DUP";
  case 'F':
    return "FLOAT";
  case 'I':
    return "INT";
  case 'L':
    return "LONG";
  case 'P':
    return "PERSID";
  case 'S':
    return "STRING";
  case 'V':
    return "UNICODE";
  case 'g':
    return "GET";
  case 'i':
    return "INST";
  case 'o':
    return "OBJ";
  case 'p':
    return "PUT";
  case 0x81:
    return "NEWOBJ";
  case 0x82:
    return "EXT1";
  case 0x83:
    return "EXT2";
  case 0x84:
    return "EXT4";
  case 0x8E:
    return "BINBYTES8";
  case 0x8F:
    return "EMPTY_SET";
  case 0x90:
    return "ADDITEMS";
  case 0x91:
    return "FROZENSET";
  case 0x92:
    return "NEWOBJ_EX";
  case 0x96:
    return "BYTEARRAY8";
  case 0x97:
    return "NEXT_BUFFER";
  case 0x98:
    return "READONLY_BUFFER";
  default:
    return "";
  }
}

} // namespace emblem::frontend::opcode

#endif // EMBLEM_COMPILER_FILES_PICKLE_OPCODES_H
