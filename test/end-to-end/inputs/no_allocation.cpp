//===- no_allocation.cpp - Counts what embedding asks of the system -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A program's own malloc and mmap come before libc's: all that the model, its
// runtime and libstdc++ ask for goes through these.
//
//===----------------------------------------------------------------------===//

#include "random_texts.h"

#include <atomic>
#include <cerrno>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static std::atomic<long> allocations{0};

extern "C" {
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void *memalign(size_t alignment, size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void **out, size_t alignment, size_t size) {
  *out = memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}
void *mmap(void *address, size_t size, int protection, int flags, int file,
           off_t offset) {
  ++allocations;
  return reinterpret_cast<void *>(
      syscall(SYS_mmap, address, size, protection, flags, file, offset));
}
}

namespace {

constexpr size_t mostTexts = 300; // more than the runtime tokenizes at once
constexpr size_t longText = 200'000;

char room[mostTexts][4096];
char longRoom[mostTexts][longText];
EmblemText texts[mostTexts];
EmblemTextInfo infos[mostTexts];
float vectors[mostTexts * MODEL_DIMENSION];
int32_t ids[mostTexts * 64];
int64_t offsets[mostTexts + 1];

/// One call of each kind, of a random shape.
void callAll(EmblemModel *model) {
  EmblemModelInfo info;
  must(emblem_info(model, &info));
  const size_t count = 1 + random_below(random_below(20) == 0 ? mostTexts : 12);
  for (size_t i = 0; i < count; ++i)
    texts[i] = random_text(room[i], random_below(50) == 0 ? 4096 : 200);
  must(emblem_embed(model, texts, count, vectors, infos));
  random_ids(&info, count, 32, ids, offsets);
  must(emblem_embed_ids(model, ids, offsets, count, vectors));
  size_t tokens;
  must(emblem_tokenize(model, texts[0], ids, 64, &tokens, nullptr));
}

void embedLongTexts(EmblemModel *model, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    texts[i] = random_text(longRoom[i], longText);
    // The longest of all comes first, and only once.
    if (count == 1)
      texts[i] = {longRoom[i], longText};
  }
  must(emblem_embed(model, texts, count, vectors, infos));
}

void onThisThread(void *, int64_t count, EmblemTask task, void *context) {
  for (int64_t i = 0; i < count; ++i)
    task(context, i);
}

bool failed = false;

/// Runs `calls` of `call`, none of which may allocate.
template <typename Call>
void expectNone(const char *what, int threads, int calls, Call call) {
  for (int i = 0; i < calls; ++i) {
    const long before = allocations;
    call();
    const long made = allocations - before;
    if (made == 0)
      continue;
    printf("%s, %d threads, call %d: %ld allocations\n", what, threads, i,
           made);
    failed = true;
    return;
  }
}

void checkModel(int threads, bool ownThreads) {
  EmblemOptions options = {};
  options.size = sizeof(options);
  options.threads = threads;
  options.max_batch_tokens = 1024;
  if (!ownThreads)
    options.parallel_for = onThisThread;
  const long before = allocations;
  EmblemModel *model;
  must(emblem_open(MODEL_MODEL, &options, &model));
  if (allocations == before) {
    printf("the counter does not see what opening takes\n");
    failed = true;
  }
  // From the very first call on.
  expectNone("short texts", threads, 300, [&] { callAll(model); });

  memset(longRoom[0], 'a', longText);
  const long beforeLong = allocations;
  embedLongTexts(model, 1);
  if (allocations == beforeLong) {
    printf("the counter does not see what a longer text takes\n");
    failed = true;
  }
  expectNone("long texts", threads, 3, [&] { embedLongTexts(model, 8); });
  emblem_free(model);
}

} // namespace

int main() {
  for (int threads : {1, 2, 4})
    checkModel(threads, /*ownThreads=*/true);
  checkModel(3, /*ownThreads=*/false);
  if (!failed)
    printf("nothing was allocated\n");
  return failed;
}
