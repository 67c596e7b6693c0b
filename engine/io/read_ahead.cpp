#include "engine/io/read_ahead.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/io/record_batch.hpp"

namespace cupel::io {
namespace {

using BatchPtr = std::unique_ptr<RecordBatch>;

/// Between two polls while nothing comes.
constexpr auto kPatience = std::chrono::milliseconds(20);

/// Thrown on the reader's thread when nobody listens any more.
struct Cancelled {};

/// Where the two threads meet. The reader's side and the sink's side are each of one thread.
class Exchange {
 public:
  explicit Exchange(const AheadLimits& limits) : limits_(limits) {}

  // The reader's side; throws Cancelled.

  /// Hands a batch over, and takes an empty one: the last that was given back, or a new one.
  BatchPtr swap(BatchPtr full) {
    std::unique_lock lock(mutex_);
    hand_over(std::move(full));
    to_reader_.wait(
        lock, [&] { return cancelled_ || !free_.empty() || made_ < limits_.batches; });
    if (cancelled_) throw Cancelled();
    if (free_.empty()) {
      ++made_;
      lock.unlock();
      return std::make_unique<RecordBatch>(limits_.batch_bytes);
    }
    BatchPtr empty = std::move(free_.back());
    free_.pop_back();
    return empty;
  }

  ImageSize ask(const ObjectRecord& object) {
    std::unique_lock lock(mutex_);
    question_ = &object;
    to_sink_.notify_one();
    to_reader_.wait(lock, [&] { return cancelled_ || answer_; });
    if (cancelled_) throw Cancelled();
    return *std::exchange(answer_, std::nullopt);
  }

  void end(BatchPtr last, std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    hand_over(std::move(last));
    ended_ = true;
    failure_ = std::move(failure);
    to_sink_.notify_one();
  }

  /// Cheap; for every call of the reader. Whether the sink has waited for long.
  bool is_hungry() const {
    const Wish wish = wish_.load(std::memory_order_relaxed);
    if (wish == Wish::kEnd) throw Cancelled();
    return wish == Wish::kMore;
  }

  // The sink's side.

  /// One of: a batch; a question, when all batches were taken; the end, when there are neither.
  struct Next {
    BatchPtr batch;
    const ObjectRecord* question = nullptr;
    bool ended = false;
  };

  /// What comes next; nothing of it when it does not come soon.
  Next next() {
    std::unique_lock lock(mutex_);
    const auto is_there = [&] { return !full_.empty() || question_ != nullptr || ended_; };
    if (!to_sink_.wait_for(lock, kPatience, is_there)) {
      wish_.store(Wish::kMore, std::memory_order_relaxed);
      return {};
    }
    Next next;
    if (!full_.empty()) {
      next.batch = std::move(full_.front());
      full_.pop_front();
    } else if (question_ != nullptr) {
      next.question = std::exchange(question_, nullptr);
    } else {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      next.ended = true;
    }
    return next;
  }

  void give_back(BatchPtr empty) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(empty));
    to_reader_.notify_one();
  }

  void answer(ImageSize size) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(size);
    to_reader_.notify_one();
  }

  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    wish_.store(Wish::kEnd, std::memory_order_relaxed);
    to_reader_.notify_one();
  }

 private:
  enum class Wish : uint8_t { kNothing, kMore, kEnd };

  void hand_over(BatchPtr batch) {
    if (wish_.load(std::memory_order_relaxed) == Wish::kMore)
      wish_.store(Wish::kNothing, std::memory_order_relaxed);
    full_.push_back(std::move(batch));
    to_sink_.notify_one();
  }

  const AheadLimits limits_;
  std::mutex mutex_;  ///< guards everything below; wish_ is written under it
  std::condition_variable to_reader_, to_sink_;
  std::deque<BatchPtr> full_;
  std::vector<BatchPtr> free_;
  size_t made_ = 1;  ///< The reader begins with one.
  const ObjectRecord* question_ = nullptr;
  std::optional<ImageSize> answer_;
  bool ended_ = false;
  std::exception_ptr failure_;
  bool cancelled_ = false;
  std::atomic<Wish> wish_{Wish::kNothing};
};

/// The sink that the reader sees.
class AheadSink : public RecordSink {
 public:
  AheadSink(Exchange& exchange, const FieldNames& names, const AheadLimits& limits)
      : exchange_(exchange),
        names_(names),
        limits_(limits),
        batch_(std::make_unique<RecordBatch>(limits.batch_bytes)) {}

  void item(const ItemRecord& item) override { add_item(item, false); }
  void mention(const ItemRecord& item) override { add_item(item, true); }
  void object(const ObjectTarget& target, const ObjectRecord& object) override {
    batch_->add_object(target, object);
    go_on();
  }
  ImageSize size_of(const ObjectRecord& object) override {
    if (answer_ && asked_.of(object)) {
      go_on();
      return *answer_;
    }
    if (!batch_->empty()) hand_over();
    answer_ = exchange_.ask(object);
    asked_ = {std::string(object.reference_id), std::string(object.alternative_reference),
              object.image_id, object.without_extension};
    return *answer_;
  }
  void remark(std::string sentence) override {
    batch_->add_remark(std::move(sentence));
    go_on();
  }
  void failed(const Place& place, const Error& error) override {
    batch_->add_failure(place, error);
    go_on();
  }
  void lost(std::string_view what) override {
    batch_->add_loss(what);
    go_on();
  }
  void progress(uint64_t done, uint64_t total) override {
    batch_->add_progress(done, total);
    go_on();
  }
  void progress_in(std::string_view unit) override {
    batch_->add_unit(unit);
    go_on();
  }

  void end(std::exception_ptr failure) {
    pass_names();
    exchange_.end(std::move(batch_), std::move(failure));
  }

 private:
  /// What says whose an object is.
  struct Names {
    std::string reference_id, alternative_reference;
    std::optional<int64_t> image_id;
    bool without_extension = false;

    bool of(const ObjectRecord& object) const {
      return reference_id == object.reference_id &&
             alternative_reference == object.alternative_reference &&
             image_id == object.image_id && without_extension == object.without_extension;
    }
  };

  void add_item(const ItemRecord& item, bool mention) {
    answer_.reset();
    batch_->add_item(item, mention);
    go_on();
  }

  void go_on() {
    if (batch_->calls() >= limits_.batch_calls || batch_->text_bytes() >= limits_.batch_bytes ||
        exchange_.is_hungry())
      hand_over();
  }

  void hand_over() {
    pass_names();
    batch_ = exchange_.swap(std::move(batch_));
  }

  void pass_names() {
    for (; passed_names_ < names_.size(); ++passed_names_)
      batch_->new_names().push_back(names_.path(passed_names_));
  }

  Exchange& exchange_;
  const FieldNames& names_;  ///< the reader's
  const AheadLimits limits_;
  BatchPtr batch_;
  uint32_t passed_names_ = 0;
  Names asked_;
  std::optional<ImageSize> answer_;  ///< to the last question, until there is a new item
};

/// The body of the reader's thread.
void run(const Reader& reader, Exchange& exchange, const AheadLimits& limits) {
  FieldNames names;
  AheadSink sink(exchange, names, limits);
  std::exception_ptr failure;
  try {
    reader(names, sink);
  } catch (const Cancelled&) {
    return;
  } catch (...) {
    failure = std::current_exception();
  }
  sink.end(std::move(failure));
}

/// The reader's thread: it has ended when this is gone.
class ReaderThread {
 public:
  ReaderThread(const Reader& reader, Exchange& exchange, const AheadLimits& limits)
      : exchange_(exchange),
        thread_([&reader, &exchange, limits] { run(reader, exchange, limits); }) {}
  ~ReaderThread() {
    exchange_.cancel();
    thread_.join();
  }
  ReaderThread(const ReaderThread&) = delete;
  ReaderThread& operator=(const ReaderThread&) = delete;

 private:
  Exchange& exchange_;
  std::thread thread_;
};

}  // namespace

void read_ahead(const Reader& reader, FieldNames& names, RecordSink& sink,
                const std::function<void()>& poll, const AheadLimits& limits) {
  Exchange exchange(limits);
  const ReaderThread thread(reader, exchange, limits);
  std::vector<uint32_t> numbers;  // in `names`, by the reader's
  for (;;) {
    Exchange::Next next = exchange.next();
    if (next.ended) return;
    if (next.batch) {
      for (const std::string& path : next.batch->new_names()) numbers.push_back(names.id(path));
      next.batch->play(numbers, sink);
      next.batch->clear();
      exchange.give_back(std::move(next.batch));
    } else if (next.question != nullptr) {
      exchange.answer(sink.size_of(*next.question));
    } else {
      poll();
    }
  }
}

}  // namespace cupel::io
