#include "engine/exec/waves.hpp"

namespace cupel::exec {

ResultOrder::ResultOrder(size_t size, size_t window) : size_(size), made_(window) {}

std::optional<size_t> ResultOrder::begin(bool wait) {
  std::unique_lock lock(mutex_);
  const auto is_settled = [&] {
    return stopped_ || begun_ == size_ || begun_ - used_ < made_.size();
  };
  if (wait) room_.wait(lock, is_settled);
  if (!is_settled() || stopped_ || begun_ == size_) return std::nullopt;
  return begun_++;
}

void ResultOrder::made(size_t index) {
  const std::lock_guard lock(mutex_);
  made_[index % made_.size()] = true;
  if (index == used_) result_.notify_one();
}

void ResultOrder::failed(size_t index, std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_ || index < failed_index_) {
    failed_index_ = index;
    failure_ = std::move(failure);
  }
  stopped_ = true;
  room_.notify_all();
  result_.notify_one();
}

void ResultOrder::end_early() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  room_.notify_all();
}

std::optional<size_t> ResultOrder::next() {
  const std::lock_guard lock(mutex_);
  if (has_ended() || !made_[used_ % made_.size()]) return std::nullopt;
  return used_;
}

void ResultOrder::used() {
  const std::lock_guard lock(mutex_);
  made_[used_ % made_.size()] = false;
  ++used_;
  room_.notify_one();
}

void ResultOrder::wait() {
  std::unique_lock lock(mutex_);
  result_.wait(lock, [&] { return has_ended() || made_[used_ % made_.size()]; });
}

bool ResultOrder::is_over() {
  const std::lock_guard lock(mutex_);
  return has_ended();
}

void ResultOrder::rethrow() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace cupel::exec
