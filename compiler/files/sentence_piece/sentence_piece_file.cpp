//===- sentence_piece_file.cpp - A reader of SentencePiece models ---------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/files/sentence_piece/sentence_piece_file.h"

#include "compiler/files/model_file.h"

#include "llvm/Support/JSON.h"

#include "sentence_piece.pb.h"

#include <cmath>

using namespace llvm;
using namespace emblem::frontend;

// Ids are int32, and every vocabulary that is known is far smaller.
static constexpr int mostPieces = 1 << 24;

static Error checkPiece(StringRef path,
                        const emblem::sentence_piece_schema::Piece &piece,
                        int id) {
  if (!json::isUTF8(piece.piece()))
    return damagedFile(path, "its piece " + Twine(id) + " is not UTF-8");
  if (!std::isfinite(piece.score()))
    return damagedFile(path, "the score of its piece " + Twine(id) +
                                 " is not a number");
  if (piece.type() < SentencePiece::Normal ||
      piece.type() > SentencePiece::Byte)
    return damagedFile(path, "its piece " + Twine(id) + " is of type " +
                                 Twine(piece.type()) +
                                 ", and types are from 1 to 6");
  return Error::success();
}

Expected<SentencePieceFile> SentencePieceFile::read(StringRef path) {
  auto buffer = mapFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef bytes = (*buffer)->getBuffer();
  emblem::sentence_piece_schema::Model message;
  if (bytes.size() > size_t(INT32_MAX) ||
      !message.ParseFromArray(bytes.data(), int(bytes.size())))
    return damagedFile(path, "it is no SentencePiece model");
  if (message.pieces_size() == 0 || message.pieces_size() > mostPieces)
    return damagedFile(path,
                       "it has " + Twine(message.pieces_size()) + " pieces");
  const auto &trainer = message.trainer_spec();
  const auto &normalizer = message.normalizer_spec();
  if (trainer.model_type() != 1 && trainer.model_type() != 2)
    return createStringError("'" + path +
                             "' is a SentencePiece model of type " +
                             Twine(trainer.model_type()) +
                             "; known are 1, unigrams, and 2, byte pairs");
  SentencePieceFile file;
  for (const emblem::sentence_piece_schema::Piece &piece : message.pieces()) {
    if (Error error = checkPiece(path, piece, int(file.pieces.size())))
      return error;
    file.pieces.push_back({piece.piece(), piece.score(),
                           static_cast<SentencePiece::Type>(piece.type())});
  }
  for (const std::string *text :
       {&trainer.unk_piece(), &trainer.bos_piece(), &trainer.eos_piece()})
    if (!json::isUTF8(*text))
      return damagedFile(path, "a special piece is not UTF-8");
  file.model = static_cast<Model>(trainer.model_type());
  file.byteFallback = trainer.byte_fallback();
  file.unknownId = trainer.unk_id();
  file.beginId = trainer.bos_id();
  file.endId = trainer.eos_id();
  file.unknownPiece = trainer.unk_piece();
  file.beginPiece = trainer.bos_piece();
  file.endPiece = trainer.eos_piece();
  file.charsmap = normalizer.precompiled_charsmap();
  file.addsDummyPrefix = normalizer.add_dummy_prefix();
  file.removesExtraSpaces = normalizer.remove_extra_whitespaces();
  file.escapesSpaces = normalizer.escape_whitespaces();
  return file;
}
