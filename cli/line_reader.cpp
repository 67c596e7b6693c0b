#include "cli/line_reader.hpp"

#include <histedit.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "cli/candidates.hpp"
#include "cli/output.hpp"

namespace cupel::cli {
namespace {

constexpr int kMostRemembered = 10000;

/// Lines as they come.
class PlainReader final : public LineReader {
 public:
  LineEnd read(const std::string& prompt, std::string& line) override {
    put(prompt);
    if (!flush() || !std::getline(std::cin, line)) return LineEnd::kEnd;
    return LineEnd::kLine;
  }
  void remember(const std::string&) override {}
  void set_pending(const std::string&) override {}
};

/// Lines edited with libedit, on whose wall this file is. It knows its reader by EL_CLIENTDATA.
class EditingReader final : public LineReader {
 public:
  EditingReader(bool safe, Completer completer) : completer_(std::move(completer)) {
    // The library shows and measures text by the locale; text of Cupel is UTF-8.
    if (std::setlocale(LC_CTYPE, "") == nullptr || std::strcmp(nl(), "UTF-8") != 0)
      std::setlocale(LC_CTYPE, "C.UTF-8");
    editor_ = el_init("cupel", stdin, stdout, stderr);
    history_ = history_init();
    HistEvent event;
    history(history_, &event, H_SETSIZE, kMostRemembered);
    history(history_, &event, H_SETUNIQUE, 1);
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &EditingReader::prompt);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_HIST, ::history, history_);
    el_set(editor_, EL_ADDFN, "cupel-complete", "Completes the word", &EditingReader::on_tab);
    el_set(editor_, EL_ADDFN, "cupel-cancel", "Throws the line away", &EditingReader::cancel);
    el_set(editor_, EL_ADDFN, "cupel-suspend", "Stops the shell", &EditingReader::suspend);
    el_set(editor_, EL_BIND, "^I", "cupel-complete", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    // Ctrl-C is a key while a line is edited, and a signal again while a statement runs.
    el_set(editor_, EL_SETTY, "-d", "-isig", nullptr);
    el_set(editor_, EL_BIND, "^C", "cupel-cancel", nullptr);
    el_set(editor_, EL_BIND, "^Z", "cupel-suspend", nullptr);
    if (safe) {
      // Alt-X takes commands of the editor, one of which binds keys that start an editor.
      for (const char* key : {"^[x", "^[X"})
        el_set(editor_, EL_BIND, key, "ed-unassigned", nullptr);
    } else {
      el_source(editor_, nullptr);  // ~/.editrc
    }
  }
  ~EditingReader() override {
    history_end(history_);
    el_end(editor_);
  }
  EditingReader(const EditingReader&) = delete;
  EditingReader& operator=(const EditingReader&) = delete;

  LineEnd read(const std::string& prompt, std::string& line) override {
    if (!flush()) return LineEnd::kEnd;
    prompt_ = prompt;
    cancelled_ = false;
    int length = 0;
    const char* text = el_gets(editor_, &length);
    if (cancelled_) {
      line = thrown_away_;
      return LineEnd::kCancelled;
    }
    if (text == nullptr || length <= 0) return LineEnd::kEnd;
    line.assign(text, static_cast<size_t>(length));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return LineEnd::kLine;
  }

  void remember(const std::string& statement) override {
    HistEvent event;
    history(history_, &event, H_ENTER, statement.c_str());
  }
  void set_pending(const std::string& text) override { pending_ = text; }

 private:
  static EditingReader& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<EditingReader*>(self);
  }
  static const char* nl() {
    const char* name = std::setlocale(LC_CTYPE, nullptr);
    const char* charset = name == nullptr ? nullptr : std::strrchr(name, '.');
    return charset == nullptr ? "" : charset + 1;
  }
  static char* prompt(EditLine* editor) { return of(editor).prompt_.data(); }
  static unsigned char cancel(EditLine* editor, int) {
    EditingReader& self = of(editor);
    self.cancelled_ = true;
    const LineInfo* info = el_line(editor);
    self.thrown_away_.assign(info->buffer, info->lastchar);
    put("^C\n");
    flush();
    return CC_EOF;
  }
  static unsigned char suspend(EditLine* editor, int) {
    el_set(editor, EL_PREP_TERM, 0);
    std::raise(SIGTSTP);
    el_set(editor, EL_PREP_TERM, 1);
    return CC_REDISPLAY;
  }
  static unsigned char on_tab(EditLine* editor, int) { return of(editor).complete(); }

  /// One candidate stands in place of the word; of several what they have in common, and where
  /// that adds nothing, they are listed.
  unsigned char complete() {
    const LineInfo* info = el_line(editor_);
    const std::string typed(info->buffer, info->cursor);
    const std::string text = pending_ + typed;
    const Completions found = completer_(text);
    if (found.candidates.empty() || found.begin < pending_.size()) return CC_REFRESH_BEEP;
    const std::string word = text.substr(found.begin);
    const std::string common = common_beginning(found.candidates);
    if (found.candidates.size() == 1 || (common.size() > word.size() && continues(word, common))) {
      el_deletestr(editor_, static_cast<int>(code_points(word)));
      const bool whole = found.candidates.size() == 1;
      el_insertstr(editor_, (whole ? ended(found.candidates.front().text) : common).c_str());
      return CC_REFRESH;
    }
    put("\n" + candidate_list(found.candidates, terminal_width()));
    flush();
    return CC_REDISPLAY;
  }

  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  Completer completer_;
  std::string prompt_;
  std::string pending_;
  bool cancelled_ = false;
  std::string thrown_away_;
};

}  // namespace

std::unique_ptr<LineReader> make_line_reader(bool editing, bool safe,
                                             LineReader::Completer completer) {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string(term) == "dumb";
  if (!editing || dumb || isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0)
    return std::make_unique<PlainReader>();
  return std::make_unique<EditingReader>(safe, std::move(completer));
}

}  // namespace cupel::cli
