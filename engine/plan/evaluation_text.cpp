#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "cupel/error.hpp"
#include "engine/plan/evaluation_record.hpp"

// The record as text: a line a member, its name, a blank and its value; a line a column for each
// basis. Texts have \ and line ends escaped.

namespace cupel::plan {
namespace {

[[noreturn]] void damaged() {
  throw Error(ErrorCode::kCorruption,
              "what was found by an evaluation is damaged; run EVALUATE RUN again");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '\n') out += '\\';
    out += c == '\n' ? 'n' : c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (++i < text.size()) {
      out += text[i] == 'n' ? '\n' : text[i];
    } else {
      damaged();
    }
  }
  return out;
}

template <typename T>
T number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) damaged();
  return value;
}

std::string_view take_until(std::string_view& text, char end) {
  const size_t at = text.find(end);
  if (at == std::string_view::npos) damaged();
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

class Writer {
 public:
  void text(std::string_view key, const std::string& value) { line(key, escaped(value)); }
  void count(std::string_view key, uint64_t value) { line(key, std::to_string(value)); }
  void real(std::string_view key, double value) { line(key, fmt::format("{}", value)); }
  void truth(std::string_view key, bool value) { line(key, value ? "1" : "0"); }
  void basis(std::string_view key, const TableBasis& value) {
    std::string text = fmt::format("{} {} {}", value.table, value.rows, value.deleted);
    for (const auto& [column, changes] : value.changes)
      text += fmt::format(" {} {}", column, changes);
    line(key, text);
  }
  std::string take() { return std::move(out_); }

 private:
  void line(std::string_view key, std::string_view value) {
    out_ += fmt::format("{} {}\n", key, value);
  }
  std::string out_;
};

/// Takes the lines in the order in which they were written.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  void text(std::string_view key, std::string& value) { value = unescaped(line(key)); }
  void count(std::string_view key, uint64_t& value) { value = number<uint64_t>(line(key)); }
  void real(std::string_view key, double& value) { value = number<double>(line(key)); }
  void truth(std::string_view key, bool& value) { value = line(key) == "1"; }
  void basis(std::string_view key, TableBasis& value) {
    const std::string whole = std::string(line(key)) + " ";
    std::string_view text = whole;
    value.table = number<storage::TableId>(take_until(text, ' '));
    value.rows = number<uint64_t>(take_until(text, ' '));
    value.deleted = number<uint64_t>(take_until(text, ' '));
    while (!text.empty()) {
      const auto column = number<storage::ColumnId>(take_until(text, ' '));
      value.changes[column] = number<uint64_t>(take_until(text, ' '));
    }
  }

 private:
  std::string_view line(std::string_view key) {
    std::string_view whole = take_until(rest_, '\n');
    if (take_until(whole, ' ') != key) damaged();
    return whole;
  }
  std::string_view rest_;
};

/// Every member, for writing and reading alike.
template <typename Visitor, typename Record>
void for_each_member(Visitor& visit, Record& record) {
  visit.text("run", record.run);
  visit.text("statement", record.statement);
  visit.text("rule", record.rule);
  visit.real("iou", record.iou);
  visit.real("confidence", record.confidence);
  visit.truth("agnostic", record.agnostic);
  visit.truth("allows", record.allows);
  visit.count("images", record.images);
  visit.count("annotations", record.annotations);
  visit.count("predictions", record.predictions);
  visit.count("tp", record.tp);
  visit.count("fp", record.fp);
  visit.count("fn", record.fn);
  visit.count("ignored", record.ignored);
  visit.count("generation", record.generation);
  visit.basis("truth", record.truth);
  visit.basis("predicted", record.predicted);
}

}  // namespace

std::string encode(const EvaluationRecord& record) {
  Writer writer;
  for_each_member(writer, record);
  return writer.take();
}

EvaluationRecord decode_evaluation(std::string_view text) {
  EvaluationRecord record;
  Reader reader(text);
  for_each_member(reader, record);
  return record;
}

}  // namespace cupel::plan
