#include "engine/api/statement_files.hpp"

#include <algorithm>
#include <concepts>

#include "engine/io/export.hpp"
#include "engine/io/read.hpp"

namespace cupel::api {
namespace {

using grammar::Name;
using enum io::Reach::For;

template <typename T, typename... Others>
concept OneOf = (std::same_as<T, Others> || ...);

/// Statements that name no file.
template <typename T>
concept NamesNoFile =
    OneOf<T, grammar::Query, grammar::Explain, grammar::CreateSlice, grammar::InsertIntoSlice,
          grammar::DeleteFromSlice, grammar::RenameSlice, grammar::DropSlice, grammar::Show,
          grammar::DescribeSlice, grammar::Update, grammar::Delete, grammar::UseRun, grammar::Begin,
          grammar::Commit, grammar::Rollback, grammar::DropProbabilities, grammar::ShowLabelErrors,
          grammar::ExplainLabelError, grammar::AuditProject, grammar::ApplyLabelingResults,
          grammar::CompareLabels, grammar::ShowProjects, grammar::DropProject, grammar::EvaluateRun,
          grammar::ShowEvaluation, grammar::CompareRuns, grammar::Assert, grammar::ShowInsights,
          grammar::DropEmbeddings, grammar::FindNear, grammar::CreateAutotag,
          grammar::RefineAutotag, grammar::NamedAutotag, grammar::SuggestForAutotag>;

bool is_letter_equal(char a, char b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return lower(a) == lower(b);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_letter_equal);
}

class Finder {
 public:
  void operator()(NamesNoFile auto&) {}
  void operator()(grammar::Import& s) {
    add(s.file, s.file_span);
    if (!s.format) return;
    for (const std::string& format : io::readable_formats())
      if (same_word(format, s.format->name.text)) add(*s.format, io::reading_options(format));
  }
  void operator()(grammar::Export& s) {
    add(s.file, s.file_span, kWriting);
    if (!s.format) return;
    for (const std::string& format : io::writable_formats())
      if (same_word(format, s.format->name.text)) add(*s.format, io::writing_options(format));
  }
  void operator()(grammar::Report& s) {
    add(s.file, s.file_span, kWriting);
    add(s.images);
  }
  void operator()(grammar::ImportProbabilities& s) {
    add(s.file);
    add(s.ids);
    add(s.classes);
  }
  void operator()(grammar::FindLabelErrors& s) {
    add(s.file);
    add(s.ids);
    add(s.classes);
    add(s.coarse);
  }
  void operator()(grammar::SendSlice& s) {
    add(s.directory, kWriting);
    add(s.instructions);
  }
  void operator()(grammar::ImportLabelingResults& s) { add(s.file); }
  void operator()(grammar::ImportEmbeddings& s) {
    add(s.file);
    add(s.ids);
  }

  std::vector<NamedFile> found;

 private:
  void add(std::string& path, Span span, io::Reach::For purpose = kReading) {
    found.push_back({&path, span, purpose});
  }
  void add(std::optional<Name>& name, io::Reach::For purpose = kReading) {
    if (name) add(*name, purpose);
  }
  void add(Name& name, io::Reach::For purpose = kReading) { add(name.text, name.span, purpose); }
  void add(grammar::FormatChoice& choice, const std::vector<io::FormatOption>& options) {
    for (grammar::FormatSetting& setting : choice.settings)
      for (const io::FormatOption& option : options)
        if (option.kind == io::FormatOption::Kind::kFile &&
            same_word(option.name, setting.name.text))
          add(setting.value);
  }
};

}  // namespace

std::vector<NamedFile> files_of(grammar::Statement& statement) {
  Finder finder;
  std::visit(finder, statement.node);
  return std::move(finder.found);
}

void resolve_files(const io::Reach& reach, grammar::Statement& statement) {
  for (const NamedFile& file : files_of(statement)) {
    try {
      *file.path = reach.resolve(*file.path, file.purpose).string();
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), file.span);
    }
  }
}

}  // namespace cupel::api
