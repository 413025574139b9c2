//===- batcher.h - Batches across requests ----------------------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_SERVE_BATCHER_H
#define EMBLEM_RUNTIME_SERVE_BATCHER_H

#include "runtime/parallel/mutex.h"
#include "runtime/parallel/wake_word.h"
#include "runtime/platform/thread.h"
#include "runtime/serve/work.h"

#include <atomic>
#include <vector>

namespace emblem::serve {

/// One thread that embeds. Each batch takes an item of every request in turn,
/// and again until it is full, so that who sends one text waits for a batch and
/// not for another's thousands. Items that are treated alike are batched; other
/// requests come first the next time.
class Batcher {
public:
  struct Limits {
    int64_t tokens = 16384;   // of a batch, guessed by its bytes
    int64_t textTokens = 512; // of a text, at most
    size_t items = 512;
  };
  /// What computes the rows of a batch: emblem_embed_with and
  /// emblem_score_with, or for tests something else.
  struct Engine {
    EmblemStatus (*embed)(EmblemModel *, const EmblemCallOptions *,
                          const EmblemText *, size_t, float *,
                          EmblemTextInfo *);
    EmblemStatus (*score)(EmblemModel *, const EmblemCallOptions *,
                          const EmblemPair *, size_t, float *,
                          EmblemTextInfo *);
  };
  /// How large batches were, for the metrics.
  struct Size {
    size_t items;
    int64_t tokens;
  };

  explicit Batcher(const Engine &engine) : engine(engine) {}
  ~Batcher() { stop(); }
  Batcher(const Batcher &) = delete;
  Batcher &operator=(const Batcher &) = delete;

  /// `wake(context)` is called, on the batcher's thread, when something is
  /// finished. False: the system gives no thread.
  bool start(EmblemModel *model, const Limits &limits, void (*wake)(void *),
             void *context);
  /// Ends the thread when it has computed what it was given.
  void stop();

  /// Of at least one item.
  void add(Work &work);
  /// What of it is not begun will not be; it is finished as if it were done.
  void drop(Work &work);
  /// What is finished, in turn; null: nothing is.
  Work *takeFinished();
  /// How many items wait.
  size_t waitingItems();
  /// The batches since the last call.
  std::vector<Size> takeSizes();

private:
  struct Item {
    Work *work;
    size_t index;
  };

  static void main(void *self);
  void loop();
  /// Takes items off the waiting requests. False: there are none.
  bool form();
  int64_t guessTokens(const Work &work, size_t item) const;
  void run();
  /// Of items [begin, end) of the batch; whether all went well.
  EmblemStatus compute(size_t begin, size_t end);
  void computeEach();
  void findFault(Work &work, size_t begin, size_t end);
  void deliver();
  void finish(Work &work);

  const Engine &engine;
  EmblemModel *model = nullptr;
  Limits limits;
  void (*wake)(void *) = nullptr;
  void *context = nullptr;
  platform::Thread thread;
  bool started = false;
  runtime::WakeWord calls;

  runtime::Mutex mutex; // of what follows
  std::vector<Work *> waiting;
  Work *finished = nullptr, *lastFinished = nullptr;
  size_t items = 0; // that wait
  bool stopping = false;
  std::vector<Size> sizes;

  // Of the thread alone.
  std::vector<Item> batch;    // items of a request lie together
  std::vector<Work *> others; // who wait on
  std::vector<EmblemText> texts;
  std::vector<EmblemPair> pairs;
  std::vector<float> rows;
  std::vector<EmblemTextInfo> infos;
};

} // namespace emblem::serve

#endif // EMBLEM_RUNTIME_SERVE_BATCHER_H
