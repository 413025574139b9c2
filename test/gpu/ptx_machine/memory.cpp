//===- memory.cpp - Global memory, buffer by buffer -----------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "test/gpu/ptx_machine/memory.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>

namespace emblem::ptx {

namespace {

constexpr int kBufferShift = 40;
constexpr uint64_t kOffsetMask = (1ull << kBufferShift) - 1;

// Who has accessed a word: a launch's number above a block's. Numbers of
// launches wrap around, so marks are cleared before one comes back.
constexpr int kBlockBits = 20;
constexpr uint32_t kSeveralBlocks = (1u << kBlockBits) - 1;

uint32_t markOf(Accessor who) {
  return who.launch << kBlockBits |
         ((who.block - 1) % (kSeveralBlocks - 1) + 1);
}

bool isOther(uint32_t mark, uint32_t mine) {
  return mark >> kBlockBits == mine >> kBlockBits && mark != mine;
}

// Returns whether another block of the launch has written the word.
bool noteRead(uint32_t *reader, uint32_t *writer, uint32_t mine) {
  std::atomic_ref<uint32_t> mark(*reader);
  uint32_t seen = mark.load();
  uint32_t several = mine | kSeveralBlocks;
  while (seen != mine && seen != several)
    if (mark.compare_exchange_weak(seen, isOther(seen, mine) ? several : mine))
      break;
  return isOther(std::atomic_ref<uint32_t>(*writer).load(), mine);
}

bool noteWrite(uint32_t *reader, uint32_t *writer, uint32_t mine) {
  std::atomic_ref<uint32_t> mark(*writer);
  bool race = mark.load() != mine && isOther(mark.exchange(mine), mine);
  return race | isOther(std::atomic_ref<uint32_t>(*reader).load(), mine);
}

bool allKnown(const uint8_t *known, uint32_t bytes) {
  if (bytes % 8)
    return !std::memchr(known, 0, bytes);
  for (uint32_t i = 0; i < bytes; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, known + i, 8);
    if (eight != 0x0101010101010101u)
      return false;
  }
  return true;
}

} // namespace

GlobalMemory::Marks GlobalMemory::newMarks(size_t bytes) {
  // Memory of zeros that costs nothing until it is touched.
  return Marks(static_cast<uint32_t *>(std::calloc(bytes / 4 + 1, 4)));
}

uint64_t GlobalMemory::allocate(size_t bytes, bool writable) {
  Buffer buffer;
  buffer.data = Bytes(static_cast<uint8_t *>(std::malloc(bytes + 1)));
  buffer.known = Bytes(static_cast<uint8_t *>(std::calloc(bytes + 1, 1)));
  buffer.readers = newMarks(bytes);
  buffer.writers = newMarks(bytes);
  if (!buffer.data || !buffer.known || !buffer.readers || !buffer.writers)
    throw std::bad_alloc();
  buffer.bytes = bytes;
  buffer.writable = writable;
  buffers.push_back(std::move(buffer));
  live += bytes;
  return static_cast<uint64_t>(buffers.size()) << kBufferShift;
}

bool GlobalMemory::release(uint64_t address) {
  Buffer *buffer = find(address, 0);
  if (!buffer || (address & kOffsetMask))
    return false;
  live -= buffer->bytes;
  *buffer = Buffer();
  return true;
}

void GlobalMemory::setWritable(uint64_t address, bool writable) {
  if (Buffer *buffer = find(address, 0))
    buffer->writable = writable;
}

const GlobalMemory::Buffer *GlobalMemory::find(uint64_t address,
                                               size_t bytes) const {
  uint64_t index = (address >> kBufferShift) - 1;
  uint64_t offset = address & kOffsetMask;
  if (index >= buffers.size())
    return nullptr;
  const Buffer &buffer = buffers[index];
  if (!buffer.data || offset > buffer.bytes || bytes > buffer.bytes - offset)
    return nullptr;
  return &buffer;
}

uint8_t *GlobalMemory::hostBytes(uint64_t address, size_t bytes) {
  Buffer *buffer = find(address, bytes);
  return buffer ? buffer->data.get() + (address & kOffsetMask) : nullptr;
}

bool GlobalMemory::write(uint64_t address, const void *from, size_t bytes) {
  Buffer *buffer = find(address, bytes);
  if (!buffer)
    return false;
  if (!bytes)
    return true;
  uint64_t offset = address & kOffsetMask;
  std::memcpy(buffer->data.get() + offset, from, bytes);
  std::memset(buffer->known.get() + offset, 1, bytes);
  return true;
}

size_t GlobalMemory::unknownBytes(uint64_t address, size_t bytes) const {
  const Buffer *buffer = find(address, bytes);
  if (!buffer)
    return bytes;
  const uint8_t *known = buffer->known.get() + (address & kOffsetMask);
  return static_cast<size_t>(std::count(known, known + bytes, 0));
}

uint32_t GlobalMemory::beginLaunch() {
  if (++launches < 1u << (32 - kBlockBits))
    return launches;
  for (Buffer &buffer : buffers) {
    if (!buffer.data)
      continue;
    buffer.readers = newMarks(buffer.bytes);
    buffer.writers = newMarks(buffer.bytes);
  }
  return launches = 1;
}

std::optional<FaultKind> GlobalMemory::check(uint64_t address, uint32_t bytes,
                                             uint32_t alignment) const {
  if (!find(address, bytes))
    return FaultKind::GlobalOutOfBounds;
  if (address % alignment)
    return FaultKind::Unaligned;
  return std::nullopt;
}

std::optional<FaultKind> GlobalMemory::load(uint64_t address, uint32_t bytes,
                                            void *to, Accessor who,
                                            uint32_t alignment) {
  Buffer *buffer = find(address, bytes);
  if (!buffer) {
    std::memset(to, 0xAA, bytes);
    return FaultKind::GlobalOutOfBounds;
  }
  uint64_t offset = address & kOffsetMask;
  std::memcpy(to, buffer->data.get() + offset, bytes);
  if (address % (alignment ? alignment : bytes))
    return FaultKind::Unaligned;
  if (!allKnown(buffer->known.get() + offset, bytes))
    return FaultKind::UnwrittenGlobal;
  bool race = false;
  uint32_t mine = markOf(who);
  for (uint64_t word = offset / 4; word < (offset + bytes) / 4; ++word)
    race |= noteRead(&buffer->readers.get()[word], &buffer->writers.get()[word],
                     mine);
  if (race)
    return FaultKind::RaceOfBlocks;
  return std::nullopt;
}

std::optional<FaultKind> GlobalMemory::store(uint64_t address, uint32_t bytes,
                                             const void *from, Accessor who) {
  Buffer *buffer = find(address, bytes);
  if (!buffer)
    return FaultKind::GlobalOutOfBounds;
  if (!buffer->writable)
    return FaultKind::ReadOnlyWrite;
  if (address % bytes)
    return FaultKind::Unaligned;
  uint64_t offset = address & kOffsetMask;
  std::memcpy(buffer->data.get() + offset, from, bytes);
  std::memset(buffer->known.get() + offset, 1, bytes);
  bool race = false;
  uint32_t mine = markOf(who);
  for (uint64_t word = offset / 4; word < (offset + bytes) / 4; ++word)
    race |= noteWrite(&buffer->readers.get()[word],
                      &buffer->writers.get()[word], mine);
  if (race)
    return FaultKind::RaceOfBlocks;
  return std::nullopt;
}

} // namespace emblem::ptx
