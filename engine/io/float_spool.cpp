#include "engine/io/float_spool.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorCode::kIo, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

FloatSpool::~FloatSpool() {
  if (mapped_ != nullptr) munmap(mapped_, bytes_);
}

void FloatSpool::append(std::span<const double> values) {
  for (const double value : values) kept_.push_back(static_cast<float>(value));
  if (kept_.size() * sizeof(float) > memory_bytes_) write_out();
}

void FloatSpool::write_out() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_) fail("cannot make a temporary file");
  if (std::fwrite(kept_.data(), sizeof(float), kept_.size(), file_.get()) != kept_.size())
    fail("cannot write a temporary file");
  bytes_ += kept_.size() * sizeof(float);
  kept_.clear();
}

const float* FloatSpool::finish() {
  if (!file_) return kept_.data();
  if (!kept_.empty()) write_out();
  if (std::fflush(file_.get()) != 0) fail("cannot write a temporary file");
  void* const mapped = mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, fileno(file_.get()), 0);
  if (mapped == MAP_FAILED) fail("cannot read a temporary file");
  mapped_ = mapped;
  return static_cast<const float*>(mapped_);
}

}  // namespace cupel::io
