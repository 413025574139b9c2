//===- batcher.cpp - Batches across requests ------------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/serve/batcher.h"

#include "runtime/model/check_outputs.h"
#include "runtime/platform/wait.h"

#include <algorithm>
#include <cstring>

using namespace emblem;
using namespace emblem::serve;
using runtime::Locked;

namespace {

constexpr size_t stackBytes = size_t(1) << 20;
constexpr size_t mostSizes = 4096; // that wait to be taken

bool isAlike(const Work &a, const Work &b) {
  return a.kind == b.kind && a.kind != Work::Kind::Steps &&
         a.call.cut == b.call.cut && a.call.side == b.call.side &&
         a.call.finish == b.call.finish &&
         a.call.max_tokens == b.call.max_tokens && a.width == b.width;
}

} // namespace

bool Batcher::start(EmblemModel *newModel, const Limits &newLimits,
                    void (*newWake)(void *), void *newContext) {
  model = newModel;
  limits = newLimits;
  wake = newWake;
  context = newContext;
  started = thread.start(main, this, stackBytes);
  return started;
}

void Batcher::stop() {
  if (!started)
    return;
  {
    Locked lock(mutex);
    stopping = true;
  }
  calls.add(1);
  thread.join();
  started = false;
}

void Batcher::add(Work &work) {
  if (work.kind != Work::Kind::Steps) {
    work.rows.resize(work.items() * size_t(work.width));
    work.infos.resize(work.items());
  }
  work.arrived = platform::monotonicNanoseconds();
  {
    Locked lock(mutex);
    waiting.push_back(&work);
    work.waits = true;
    items += work.items();
  }
  calls.add(1);
}

void Batcher::finish(Work &work) {
  work.ended = platform::monotonicNanoseconds();
  if (lastFinished)
    lastFinished->behind = &work;
  else
    finished = &work;
  lastFinished = &work;
}

void Batcher::drop(Work &work) {
  bool isFinished = false;
  {
    Locked lock(mutex);
    work.dropped = true;
    if (work.waits) {
      waiting.erase(std::find(waiting.begin(), waiting.end(), &work));
      work.waits = false;
      items -= work.items() - work.taken;
      isFinished = work.done == work.taken;
      if (isFinished)
        finish(work);
    }
  }
  if (isFinished)
    wake(context);
}

Work *Batcher::takeFinished() {
  Locked lock(mutex);
  Work *work = finished;
  if (!work)
    return nullptr;
  finished = work->behind;
  if (!finished)
    lastFinished = nullptr;
  work->behind = nullptr;
  return work;
}

size_t Batcher::waitingItems() {
  Locked lock(mutex);
  return items;
}

std::vector<Batcher::Size> Batcher::takeSizes() {
  Locked lock(mutex);
  return std::move(sizes);
}

//===----------------------------------------------------------------------===//
// The thread
//===----------------------------------------------------------------------===//

void Batcher::main(void *self) { static_cast<Batcher *>(self)->loop(); }

void Batcher::loop() {
  // A moment awake costs less than to be woken, and more than an idle server
  // should.
  constexpr runtime::Patience patience = {20'000, 0};
  for (uint32_t seen = 0;;) {
    const uint32_t next = calls.load();
    if (form()) {
      run();
      deliver();
      continue;
    }
    {
      Locked lock(mutex);
      if (stopping && waiting.empty())
        return;
    }
    seen = next;
    calls.waitFor(seen + 1, patience);
  }
}

/// A token has about four bytes; two are put around a text.
int64_t Batcher::guessTokens(const Work &work, size_t item) const {
  return std::min(int64_t(work.bytesOf(item) / 4) + 2, limits.textTokens);
}

bool Batcher::form() {
  Locked lock(mutex);
  batch.clear();
  if (waiting.empty())
    return false;
  const Work &first = *waiting.front();
  const size_t most = first.kind == Work::Kind::Steps ? 1 : limits.items;
  const int64_t begun = platform::monotonicNanoseconds();
  int64_t tokens = 0;
  bool isFull = false;
  // A round takes one item of each.
  for (bool any = true; any && !isFull;) {
    any = false;
    for (Work *work : waiting) {
      if (work->taken == work->items() ||
          (work != &first && !isAlike(*work, first)))
        continue;
      tokens += guessTokens(*work, work->taken);
      isFull =
          batch.size() == most || (!batch.empty() && tokens > limits.tokens);
      if (isFull)
        break;
      if (work->taken == 0)
        work->begun = begun;
      batch.push_back({work, work->taken++});
      any = true;
    }
  }
  items -= batch.size();
  if (sizes.size() < mostSizes)
    sizes.push_back({batch.size(), tokens});

  // Who had a part waits behind who had none, and of those who had one first
  // who would have been next.
  others.clear();
  Work *last = batch.back().work;
  const size_t lastPlace =
      std::find(waiting.begin(), waiting.end(), last) - waiting.begin();
  auto hadPart = [&](const Work &one) {
    return &one == &first || isAlike(one, first);
  };
  for (Work *one : waiting)
    if (!hadPart(*one))
      others.push_back(one);
  for (size_t i = 1; i <= waiting.size(); ++i) {
    Work *one = waiting[(lastPlace + i) % waiting.size()];
    if (!hadPart(*one))
      continue;
    if (one->taken < one->items())
      others.push_back(one);
    else
      one->waits = false;
  }
  waiting.swap(others);
  // Items of a request together, in their order.
  std::sort(batch.begin(), batch.end(), [](const Item &a, const Item &b) {
    return a.work != b.work ? std::less<>()(a.work, b.work) : a.index < b.index;
  });
  return true;
}

void Batcher::run() {
  Work &first = *batch.front().work;
  if (first.kind == Work::Kind::Steps) {
    if (first.status == EMBLEM_OK)
      first.step(model, batch.front().index);
    return;
  }
  const size_t width = size_t(first.width);
  rows.resize(batch.size() * width);
  infos.resize(batch.size());
  if (compute(0, batch.size()) != EMBLEM_OK) {
    // One request's fault is not another's.
    computeEach();
    return;
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    Work &work = *batch[i].work;
    std::memcpy(work.rows.data() + batch[i].index * width,
                rows.data() + i * width, width * sizeof(float));
    work.infos[batch[i].index] = infos[i];
  }
}

EmblemStatus Batcher::compute(size_t begin, size_t end) {
  const Work &first = *batch[begin].work;
  const size_t count = end - begin;
  texts.clear();
  pairs.clear();
  for (size_t i = begin; i < end; ++i) {
    const Work &work = *batch[i].work;
    if (work.kind == Work::Kind::Texts)
      texts.push_back(work.texts[batch[i].index]);
    else
      pairs.push_back(work.pairs[batch[i].index]);
  }
  return first.kind == Work::Kind::Texts
             ? engine.embed(model, &first.call, texts.data(), count,
                            rows.data(), infos.data())
             : engine.score(model, &first.call, pairs.data(), count,
                            rows.data(), infos.data());
}

void Batcher::computeEach() {
  const size_t width = size_t(batch.front().work->width);
  for (size_t begin = 0, end; begin < batch.size(); begin = end) {
    Work &work = *batch[begin].work;
    for (end = begin; end < batch.size() && batch[end].work == &work;)
      ++end;
    if (work.status != EMBLEM_OK)
      continue;
    if (const EmblemStatus status = compute(begin, end); status != EMBLEM_OK) {
      work.fail(status, batch[begin].index);
      findFault(work, begin, end);
      continue;
    }
    for (size_t i = begin; i < end; ++i) {
      std::memcpy(work.rows.data() + batch[i].index * width,
                  rows.data() + (i - begin) * width, width * sizeof(float));
      work.infos[batch[i].index] = infos[i - begin];
    }
  }
}

/// Which item the whole request has failed for.
void Batcher::findFault(Work &work, size_t begin, size_t end) {
  const size_t count = end - begin;
  if (count == 1)
    return;
  if (work.status == EMBLEM_NOT_FINITE)
    work.fault +=
        runtime::findNotFinite(rows.data(), count, work.width) % count;
  if (work.status != EMBLEM_TEXT_TOO_LONG)
    return;
  for (size_t i = begin; i < end; ++i)
    if (compute(i, i + 1) == EMBLEM_TEXT_TOO_LONG) {
      work.fail(EMBLEM_TEXT_TOO_LONG, batch[i].index);
      return;
    }
}

void Batcher::deliver() {
  bool any = false;
  {
    Locked lock(mutex);
    for (size_t i = 0; i < batch.size(); ++i) {
      Work &work = *batch[i].work;
      ++work.done;
      const bool isLast = i + 1 == batch.size() || batch[i + 1].work != &work;
      if (!isLast)
        continue;
      // The rest of what has failed is not worth computing.
      if (work.status != EMBLEM_OK && work.waits) {
        waiting.erase(std::find(waiting.begin(), waiting.end(), &work));
        work.waits = false;
        items -= work.items() - work.taken;
      }
      if (!work.waits && work.done == work.taken) {
        finish(work);
        any = true;
      }
    }
  }
  if (any)
    wake(context);
}
