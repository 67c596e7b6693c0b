#include "engine/exec/file_mark.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>

#include "cupel/error.hpp"
#include "engine/exec/known_rows.hpp"
#include "engine/io/mapped_file.hpp"

namespace cupel::exec {
namespace {

constexpr size_t kPollBytes = size_t{16} << 20;

/// Four sums side by side, of words. Against accidents, not against intent.
class Checksum {
 public:
  void add(std::string_view bytes) {
    size_t at = 0;
    for (; at + kBlock <= bytes.size(); at += kBlock)
      for (size_t lane = 0; lane < kLanes; ++lane) {
        uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at + lane * sizeof(word), sizeof(word));
        take(lane, word);
      }
    for (; at < bytes.size(); ++at) take(0, static_cast<unsigned char>(bytes[at]));
  }
  uint64_t total() const {
    uint64_t sum = 0;
    for (const uint64_t lane : lanes_) sum = mix(sum, lane);
    return sum;
  }

 private:
  static constexpr size_t kLanes = 4, kBlock = kLanes * sizeof(uint64_t);
  void take(size_t lane, uint64_t word) {
    lanes_[lane] = std::rotl((lanes_[lane] ^ word) * 0x9E3779B97F4A7C15ULL, 29);
  }
  std::array<uint64_t, kLanes> lanes_{1, 2, 3, 4};
};

/// Length and moment.
std::string outside_of(const io::MappedFile& file) {
  return fmt::format("{}:{}:", file.bytes().size(), file.changed_micros());
}

std::string mark_of(const io::MappedFile& file, const std::function<void()>& poll) {
  Checksum sum;
  for (size_t at = 0; at < file.bytes().size(); at += kPollBytes) {
    if (poll) poll();
    sum.add(file.bytes().substr(at, kPollBytes));
  }
  file.require_unchanged();
  return fmt::format("{}{:016x}", outside_of(file), sum.total());
}

std::string_view length_in(std::string_view mark) { return mark.substr(0, mark.find(':')); }
std::string_view sum_in(std::string_view mark) { return mark.substr(mark.rfind(':') + 1); }

}  // namespace

std::string mark_file(const std::filesystem::path& file, const std::function<void()>& poll) {
  return mark_of(io::MappedFile(file), poll);
}

FileState state_of_file(const std::filesystem::path& path, std::string_view mark,
                        const std::function<void()>& poll) {
  try {
    const io::MappedFile file(path);
    const std::string outside = outside_of(file);
    if (mark.starts_with(outside)) return FileState::kSame;
    if (length_in(mark) != length_in(outside)) return FileState::kChanged;
    return sum_in(mark_of(file, poll)) == sum_in(mark) ? FileState::kSame : FileState::kChanged;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kIo) return FileState::kGone;
    if (error.code() == ErrorCode::kConflict) return FileState::kChanged;
    throw;
  }
}

}  // namespace cupel::exec
