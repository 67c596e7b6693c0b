// Runs the scripts of this folder (*.test) through the public API, each in several modes.
//
// A script is blocks separated by blank lines. A block is a statement, a line `----`, and what the
// statement answers: warnings (`warning: …`), an error as the shell shows it, `message: …`, and
// rows as csv with a header unless the message tells what they count. Lines that start with `#` are
// remarks or directives:
//   # strict          warnings are errors, for the whole script
//   # json            the next statement's rows are whole rows as JSON lines
//   # set NAME VALUE  a parameter `$NAME` for the rest; `# set ? VALUE` adds a positional one
//                     (VALUE: number, true, false, missing, otherwise text)
// Scripts run in a directory of their own, where `data` is tests/data.
//
// CUPEL_ACCEPT=1 writes what the plain mode answers into the scripts, to be read and committed.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cupel/cupel.hpp"
#include "source_dir.hpp"
#include "tests/support/reprint.hpp"

namespace fs = std::filesystem;

namespace cupel::testing {
namespace {

struct Mode {
  std::string name;
  bool on_disk = false;
  bool reopen = false;
  bool reprint = false;
  Options options;
};

std::vector<Mode> modes() {
  std::vector<Mode> all(7);
  all[0].name = "memory";
  all[1].name = "disk";
  all[1].on_disk = true;
  all[2].name = "reopened";
  all[2].on_disk = all[2].reopen = true;
  all[3].name = "chunks_of_7";
  all[3].options.chunk_rows = 7;
  all[4].name = "not_rewritten";
  all[4].options.rewrite = false;
  all[5].name = "printed";
  all[5].reprint = true;
  all[6].name = "chunks_of_1_one_thread";
  all[6].options.chunk_rows = 1;
  all[6].options.threads = 1;
  return all;
}

struct Block {
  std::vector<std::string> directives;
  std::string statement;
  std::string expected;
};

std::vector<Block> read_blocks(const fs::path& path) {
  std::ifstream file(path);
  std::vector<Block> blocks;
  Block block;
  bool answer = false;
  std::string line;
  const auto finish = [&] {
    if (!block.statement.empty() || !block.directives.empty()) blocks.push_back(block);
    block = {};
    answer = false;
  };
  while (std::getline(file, line)) {
    if (line.empty()) {
      if (answer || block.statement.empty())
        finish();
      else
        block.statement += "\n";
    } else if (!answer && block.statement.empty() && line[0] == '#') {
      block.directives.push_back(line);
    } else if (line == "----") {
      answer = true;
    } else {
      (answer ? block.expected : block.statement) += line + "\n";
    }
  }
  finish();
  return blocks;
}

void write_blocks(const fs::path& path, const std::vector<Block>& blocks) {
  std::ofstream file(path);
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (i > 0) file << "\n";
    for (const std::string& directive : blocks[i].directives) file << directive << "\n";
    if (!blocks[i].statement.empty()) file << blocks[i].statement << "----\n" << blocks[i].expected;
  }
}

Value parse_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  if (text == "missing") return {};
  char* end = nullptr;
  const long long integer = std::strtoll(text.c_str(), &end, 10);
  if (!text.empty() && *end == '\0') return static_cast<int64_t>(integer);
  const double number = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0') return number;
  return text;
}

/// One script in one mode: keeps the database, reopens it, renders answers.
class Replay {
 public:
  explicit Replay(Mode mode) : mode_(std::move(mode)) { open(); }

  std::string answer(const Block& block) {
    bool json = false;
    for (const std::string& directive : block.directives) apply(directive, json);
    if (block.statement.empty()) return {};
    if (mode_.reopen && !session_->in_transaction()) open();
    const std::string written =
        block.statement.substr(0, block.statement.find_last_not_of('\n') + 1);
    const std::string statement = mode_.reprint ? reprint(written) : written;
    const Result<Table> table =
        session_->execute(statement, parameters_, json ? RowForm::kJson : RowForm::kFields);
    if (!table)
      return mode_.reprint ? describe_without_place(table.error())
                           : describe(table.error(), statement);
    if (statement.starts_with("USE RUN")) use_run_ = statement;
    return render(table.value(), json);
  }

  bool compares(const Block& block) const {
    return mode_.options.rewrite || block.statement.find("EXPLAIN") == std::string::npos;
  }
  /// In the printed mode the place of an error is not the script's: its first line is compared.
  bool first_line_only(const Block& block) const {
    return mode_.reprint && block.expected.starts_with("error:");
  }

 private:
  static std::string describe_without_place(const Error& error) {
    return "error: " + error.message() + "\n";
  }

  void open() {
    session_.reset();
    database_.reset();
    Result<Database> opened =
        Database::open(mode_.on_disk ? "database" : ":memory:", mode_.options);
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    database_ = std::move(opened).value();
    session_ = database_->session();
    if (!use_run_.empty()) {
      ASSERT_TRUE(session_->execute(use_run_).ok());
    }
  }

  void apply(const std::string& directive, bool& json) {
    std::istringstream words(directive);
    std::string hash, word, name, value;
    words >> hash >> word;
    if (word == "strict") {
      mode_.options.strict = true;
      open();
    } else if (word == "json") {
      json = true;
    } else if (word == "set") {
      words >> name >> std::ws;
      std::getline(words, value);
      if (name == "?")
        parameters_.positional.push_back(parse_value(value));
      else
        parameters_.named[name] = parse_value(value);
    }
  }

  static std::string render(const Table& table, bool json) {
    std::string out;
    for (const Warning& warning : table.warnings) {
      out += "warning: " + warning.message;
      if (!warning.suggestion.empty()) out += " [" + warning.suggestion + "]";
      out += "\n";
    }
    if (!table.message.empty()) out += "message: " + table.message + "\n";
    // What a change counted stands in its message already.
    if (!table.message.empty() && table.noun == "rows") return out;
    const bool raw = json && table.columns.size() == 1 && table.columns[0].name == "row";
    if (!raw) write_header(out, TextFormat::kCsv, table.columns);
    bool first = true;
    for (const Batch& batch : table.batches) {
      for (size_t row = 0; raw && row < batch.rows; ++row)
        out += std::string(batch.columns[0].text(row)) + "\n";
      if (!raw) write_batch(out, TextFormat::kCsv, table.columns, batch, first);
      first = false;
    }
    return out;
  }

  Mode mode_;
  std::optional<Database> database_;
  std::optional<Session> session_;
  Parameters parameters_;
  std::string use_run_;
};

/// A fresh directory to run in, with `data` in it.
class Workplace {
 public:
  Workplace() : before_(fs::current_path()) {
    std::string name = (fs::temp_directory_path() / "cupel-script-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a directory");
    here_ = name;
    fs::create_directory_symlink(fs::path(CUPEL_SOURCE_DIR) / "tests/data", here_ / "data");
    fs::current_path(here_);
  }
  ~Workplace() {
    fs::current_path(before_);
    fs::remove_all(here_);
  }

 private:
  fs::path before_;
  fs::path here_;
};

class Script : public ::testing::TestWithParam<std::tuple<fs::path, Mode>> {};

TEST_P(Script, AnswersAsWritten) {
  const auto& [path, mode] = GetParam();
  std::vector<Block> blocks = read_blocks(path);
  ASSERT_FALSE(blocks.empty()) << path;
  const Workplace workplace;
  Replay replay(mode);
  const bool accept = std::getenv("CUPEL_ACCEPT") != nullptr && mode.name == "memory";
  for (Block& block : blocks) {
    std::string answer = replay.answer(block);
    if (accept) block.expected = answer;
    if (!replay.compares(block)) continue;
    std::string expected = block.expected;
    if (replay.first_line_only(block)) expected = expected.substr(0, expected.find('\n') + 1);
    EXPECT_EQ(answer, expected) << path.filename() << ": " << block.statement;
  }
  if (accept) write_blocks(path, blocks);
}

std::vector<fs::path> scripts() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(fs::path(CUPEL_SOURCE_DIR) / "tests/query"))
    if (entry.path().extension() == ".test") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

INSTANTIATE_TEST_SUITE_P(
    Query, Script, ::testing::Combine(::testing::ValuesIn(scripts()), ::testing::ValuesIn(modes())),
    [](const auto& info) {
      return std::get<0>(info.param).stem().string() + "_" + std::get<1>(info.param).name;
    });

}  // namespace
}  // namespace cupel::testing
