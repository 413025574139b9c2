//===- id_room.h - Ids as they are put together -----------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_TOKENIZER_ID_ROOM_H
#define EMBLEM_RUNTIME_TOKENIZER_ID_ROOM_H

#include "runtime/tokenizer/table_view.h"
#include "runtime/tokenizer/token_place.h"

#include <span>
#include <string_view>

namespace emblem::runtime {

inline std::span<const TemplatePiece>
templatePieces(const TokenizerHeader &header, TableSection section) {
  return {sectionData<TemplatePiece>(header, section), size_t(section.count)};
}

/// Ids as they are put together, and where they come from, if that is asked for.
struct IdRoom {
  int32_t *ids;
  TokenPlace *places; // or null

  void set(int64_t at, int32_t id, TokenPlace place = {{}, noText}) const {
    ids[at] = id;
    if (places)
      places[at] = place;
  }
  void move(int64_t from, int64_t to) const {
    ids[to] = ids[from];
    if (places)
      places[to] = places[from];
  }
};

/// Sets the places of a text's tokens, which begin at `first`: `ranges` of the
/// text, trimmed where the tokenizer trims them. `number` is the text's.
void setPlaces(const TokenizerHeader &header, std::string_view text,
               int32_t number, const TextRange *ranges, int64_t count,
               const IdRoom &room, int64_t first);

} // namespace emblem::runtime

#endif // EMBLEM_RUNTIME_TOKENIZER_ID_ROOM_H
