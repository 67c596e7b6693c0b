#include "engine/io/npy.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "cupel/error.hpp"

namespace cupel::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxHeaderBytes = 10'000;  // as numpy has it
constexpr size_t kMaxDimensions = 32;       // likewise

struct KnownType {
  std::string_view descr;
  NpyType type;
  std::string_view name;
  size_t bytes;
};
constexpr std::array<KnownType, 6> kTypes{{{"<f2", NpyType::kFloat16, "float16", 2},
                                           {"<f4", NpyType::kFloat32, "float32", 4},
                                           {"<f8", NpyType::kFloat64, "float64", 8},
                                           {"<i4", NpyType::kInt32, "int32", 4},
                                           {"<i8", NpyType::kInt64, "int64", 8},
                                           {"|u1", NpyType::kUint8, "uint8", 1}}};

const KnownType& known(NpyType type) { return kTypes[static_cast<size_t>(type)]; }

/// What the header's dictionary says.
struct Description {
  std::optional<std::string> descr;  ///< "[…]" for a structure
  std::optional<bool> fortran_order;
  std::optional<std::vector<uint64_t>> shape;
};

/// Reads the Python literal of a header: a dictionary of exactly three keys, whose values are a
/// text, a truth value and a tuple of whole numbers.
class HeaderText {
 public:
  HeaderText(const std::string& file, std::string_view text) : file_(file), text_(text) {}

  Description read() {
    Description found;
    expect('{');
    while (!take('}')) {
      read_entry(found);
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_blanks();
    if (at_ != text_.size()) damaged("something follows its dictionary");
    if (!found.descr || !found.fortran_order || !found.shape)
      damaged("it does not name descr, fortran_order and shape");
    return found;
  }

 private:
  [[noreturn]] void damaged(std::string_view what) const {
    throw Error(ErrorCode::kConstraint,
                fmt::format("{} is damaged: its header cannot be read: {}", file_, what));
  }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  bool take(char c) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) damaged(fmt::format("'{}' is missing at byte {}", c, at_));
  }
  bool take_word(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void read_entry(Description& found) {
    const std::string key = read_text();
    expect(':');
    if (key == "descr" && !found.descr) {
      found.descr = read_descr();
    } else if (key == "fortran_order" && !found.fortran_order) {
      found.fortran_order = read_truth();
    } else if (key == "shape" && !found.shape) {
      found.shape = read_shape();
    } else {
      damaged("its dictionary has a key that does not belong there, or one twice");
    }
  }

  std::string read_text() {
    skip_blanks();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') damaged(fmt::format("a text is missing at byte {}", at_));
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) damaged("a text does not end");
    std::string text(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    if (text.find('\\') != std::string::npos) damaged("a text has an escape in it");
    return text;
  }

  /// A list describes a structure; it is not read, because such an array is refused anyway.
  std::string read_descr() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '[')
      throw Error(
          ErrorCode::kUnsupported,
          fmt::format("{} holds structures; save one field of them as an array of its own", file_));
    return read_text();
  }

  bool read_truth() {
    if (take_word("True")) return true;
    if (take_word("False")) return false;
    damaged("fortran_order is neither True nor False");
  }

  std::vector<uint64_t> read_shape() {
    std::vector<uint64_t> shape;
    expect('(');
    while (!take(')')) {
      shape.push_back(read_count());
      if (shape.size() > kMaxDimensions) damaged("it has too many dimensions");
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return shape;
  }

  uint64_t read_count() {
    skip_blanks();
    const size_t begin = at_;
    uint64_t count = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<uint64_t>(text_[at_] - '0');
      if (__builtin_mul_overflow(count, uint64_t{10}, &count) ||
          __builtin_add_overflow(count, digit, &count))
        damaged("a dimension is too large to be true");
    }
    if (at_ == begin) damaged("a dimension is not a whole number");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return count;
  }

  const std::string& file_;
  std::string_view text_;
  size_t at_ = 0;
};

NpyType type_of(const std::string& file, const std::string& descr) {
  for (const KnownType& known : kTypes)
    if (known.descr == descr) return known.type;
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::kUnsupported, fmt::format("{} {}", file, what));
  };
  if (descr.find('O') != std::string::npos)
    refuse("holds Python objects: pickled arrays can run code; save with a plain dtype");
  if (descr.starts_with('>'))
    refuse(fmt::format("holds big-endian numbers ('{}'); save array.astype('<{}')", descr,
                       descr.substr(1)));
  if (descr.find('V') != std::string::npos)
    refuse(
        fmt::format("holds raw bytes ('{}'), as bfloat16 is saved; save "
                    "array.astype('float32')",
                    descr));
  refuse(
      fmt::format("holds '{}'; the types that can be read are float16, float32, float64, int32, "
                  "int64 and uint8, little-endian",
                  descr));
  return NpyType::kFloat32;
}

/// The text of the header, and where the numbers begin.
struct HeaderPart {
  std::string_view text;
  size_t end = 0;
};

HeaderPart header_part(const std::string& file, std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) {
    const bool zip = bytes.starts_with("PK");
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} is not an npy file{}", file,
                            zip ? " but an archive (npz?); save the one array with numpy.save"
                                : ": numpy.save writes one"));
  }
  const auto damaged = [&](std::string_view what) {
    throw Error(ErrorCode::kConstraint, fmt::format("{} is damaged: {}", file, what));
  };
  if (bytes.size() < kMagic.size() + 2) damaged("it ends in its header");
  const auto version = static_cast<unsigned char>(bytes[kMagic.size()]);
  if (version < 1 || version > 3)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} has version {} of the npy format; versions 1 to 3 can be read",
                            file, version));
  const size_t length_bytes = version == 1 ? 2 : 4;
  const size_t begin = kMagic.size() + 2 + length_bytes;
  if (bytes.size() < begin) damaged("it ends in its header");
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + kMagic.size() + 2, length_bytes);
  if (length > kMaxHeaderBytes)
    damaged(fmt::format("its header has {} bytes; at most {} make sense", length, kMaxHeaderBytes));
  if (bytes.size() - begin < length) damaged("it ends in its header");
  return {bytes.substr(begin, length), begin + length};
}

void check_size(const std::string& file, const NpyHeader& header, size_t file_bytes) {
  uint64_t bytes = 0;
  const bool absurd = __builtin_mul_overflow(header.rows, header.columns, &bytes) ||
                      __builtin_mul_overflow(bytes, npy_type_bytes(header.type), &bytes);
  const uint64_t there = file_bytes - header.data_begin;
  if (!absurd && bytes == there) return;
  const std::string shape = header.dimensions == 1
                                ? fmt::format("{}", header.rows)
                                : fmt::format("{} x {}", header.rows, header.columns);
  throw Error(ErrorCode::kConstraint,
              fmt::format("{} is damaged: {} numbers of {} do not fill the {} bytes behind its "
                          "header",
                          file, shape, to_string(header.type), there));
}

}  // namespace

size_t npy_type_bytes(NpyType type) noexcept { return known(type).bytes; }
std::string_view to_string(NpyType type) noexcept { return known(type).name; }

NpyHeader read_npy_header(const std::string& file, std::string_view bytes) {
  const HeaderPart part = header_part(file, bytes);
  const Description found = HeaderText(file, part.text).read();
  NpyHeader header;
  header.type = type_of(file, *found.descr);
  const std::vector<uint64_t>& shape = *found.shape;
  if (shape.empty() || shape.size() > 2)
    throw Error(
        ErrorCode::kUnsupported,
        fmt::format("{} has {} dimensions; an array of rows has 2 (or 1)", file, shape.size()));
  header.dimensions = shape.size();
  header.rows = shape[0];
  header.columns = shape.size() == 2 ? shape[1] : 1;
  if (*found.fortran_order && header.dimensions == 2)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} is stored by columns (Fortran order); save "
                            "numpy.ascontiguousarray(array)",
                            file));
  header.data_begin = part.end;
  if (header.data_begin % npy_type_bytes(header.type) != 0)
    throw Error(ErrorCode::kUnsupported,
                fmt::format("{} has numbers that do not begin at a multiple of their size; save "
                            "the array again with numpy.save",
                            file));
  check_size(file, header, bytes.size());
  return header;
}

}  // namespace cupel::io
