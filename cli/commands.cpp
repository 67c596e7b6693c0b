#include "cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cupel::cli {
namespace {

constexpr std::array kCommands = {
    Command{".chart", "",
            "draw the last result as bars: its last column of numbers by the one before"},
    Command{".fields", "[PATTERN]",
            "fields there are, with type and an example; of a name like %PATTERN%"},
    Command{".help", "[TOPIC]", "this list; of a command or statement, what it does",
            Takes::kTopic},
    Command{".labels", "", "labels of annotations, by frequency"},
    Command{".last", "", "run the last query again; `_` in a statement stands for it"},
    Command{".mode", "FORMAT",
            "write results as table, csv, json, jsonl, markdown or chart; auto: as at first",
            Takes::kFormat},
    Command{".once", "FILE", "write the next result to a file, in the format of its name",
            Takes::kFile},
    Command{".open", "DATABASE", "leave this database for another", Takes::kDatabase},
    Command{".output", "[FILE]",
            "write results to a file from now on; without FILE to the terminal", Takes::kFile},
    Command{".pager", "on|off", "show results that are taller than the window in $PAGER",
            Takes::kSwitch},
    Command{".quit", "", "leave, as Ctrl-D does"},
    Command{".read", "FILE", "run the statements of a file", Takes::kFile},
    Command{".refine", "TAG [N]", "ask about N images for an autotag, then learn it anew",
            Takes::kTag},
    Command{".rows", "N", "rows that a table shows; 0: all"},
    Command{".runs", "", "runs of predictions"},
    Command{".show", "", "the settings, and what they are"},
    Command{".slices", "", "slices, with their members"},
    Command{".tags", "", "autotags, with their quality"},
    Command{".timer", "on|off", "tell the time and what was read under a table", Takes::kSwitch},
};

struct Example {
  std::string_view topic, text;
};
constexpr std::array kExamples = {
    Example{
        "query",
        "A condition alone selects items: annotations.count = 0 AND metadata.weather = rainy\n"
        "With clauses: SELECT label, count() FROM annotations WHERE area < 100 GROUP BY label\n"},
    Example{"import",
            "IMPORT ITEMS FROM 'items.jsonl'\nIMPORT ANNOTATIONS FROM 'train.json' FORMAT coco\n"
            "IMPORT PREDICTIONS FROM 'detections.json' AS RUN \"large\"\n"
            "UPDATE replaces known rows, ON ERROR SKIP leaves broken records out.\n"},
    Example{"export",
            "EXPORT annotations.count = 0 TO 'unlabelled.txt' FORMAT ids\n"
            "EXPORT FROM annotations WHERE label = car TO 'cars.jsonl'\n"
            "EXPORT slice = night TO 'night' FORMAT yolo (subset = val)\n"},
    Example{"report",
            "REPORT annotations.count = 0 TO 'unlabelled.html' IMAGES 'images'\n"
            "One page with figures, histograms and images, their objects drawn over them.\n"},
    Example{"create",
            "CREATE SLICE night AS metadata.timeofday = night\n"
            "CREATE SLICE errors FROM _          the result of the last query\n"
            "CREATE AUTOTAG police FROM (\"a.jpg\", \"b.jpg\") USING clip\n"},
    Example{"slice",
            "CREATE SLICE s AS condition; slice = s in conditions; SHOW SLICES; DROP SLICE s\n"},
    Example{"autotag",
            "CREATE AUTOTAG t FROM (\"a.jpg\"); autotag.image.t > 0 in conditions; SUGGEST FOR "
            "AUTOTAG t; .refine t\n"},
    Example{"evaluate",
            "EVALUATE RUN \"large\"; then FROM predictions WHERE outcome = fp, SHOW METRICS OF RUN "
            "\"large\"\n"},
    Example{
        "find",
        "FIND LABEL ERRORS USING PROBABILITIES FROM 'p.npy'; then metadata.potential_mislabel = 1\n"
        "FIND NEAR DUPLICATES; FIND OUTLIERS\n"},
    Example{"send", "SEND SLICE s TO 'tasks' AS PROJECT \"p\" FORMAT label_studio\n"},
    Example{"show",
            "SHOW FIELDS, LABELS, SLICES, RUNS, AUTOTAGS, EMBEDDINGS, INSIGHTS, STATS, METRICS OF "
            "RUN …\n"},
    Example{"annotations",
            "annotations.count, annotations.LABEL, annotations.metadata.KEY, annotations[condition]"
            ".count; .fields lists the fields of each, .labels the labels\n"},
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Letters to change, put in or leave out between two words.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = corner + (a[i - 1] == b[j - 1] ? 0 : 1);
      corner = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string line_of(const Command& command) {
  return fmt::format("{:<18} {}\n", fmt::format("{} {}", command.name, command.arguments),
                     command.summary);
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

std::vector<std::string> topics() {
  std::vector<std::string> all;
  for (const Example& example : kExamples) all.emplace_back(example.topic);
  return all;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' || line[at] == '\n') {
      ++at;
    } else if (line[at] == '\'' || line[at] == '"') {
      const size_t end = std::min(line.find(line[at], at + 1), line.size());
      words.emplace_back(line.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      const size_t end = std::min(line.find_first_of(" \t\r\n", at), line.size());
      words.emplace_back(line.substr(at, end - at));
      at = end;
    }
  }
  if (!words.empty() && words.size() == 1 && words[0].ends_with(';')) words[0].pop_back();
  return words;
}

std::string help_text(std::string_view topic) {
  std::string out;
  const std::string wanted = lower(topic);
  for (const Command& command : kCommands)
    if (wanted.empty() || wanted == command.name || "." + wanted == command.name)
      out += line_of(command);
  for (const Example& example : kExamples)
    if (!wanted.empty() && wanted == example.topic) out += example.text;
  if (wanted.empty()) {
    out += "\nStatements end with ; and may go over several lines. .help TOPIC tells of:";
    for (const Example& example : kExamples) out += fmt::format(" {}", example.topic);
    out += "\nTab completes words, the arrow keys and Ctrl-R find former statements.\n";
  }
  return out;
}

std::string nearest_command(std::string_view word) {
  const Command* nearest = nullptr;
  size_t least = 3;
  for (const Command& command : kCommands) {
    const size_t away = distance(lower(word), command.name);
    if (away < least || (word.size() > 2 && command.name.starts_with(lower(word)))) {
      nearest = &command;
      least = std::min(away, least);
    }
  }
  return nearest == nullptr ? std::string() : std::string(nearest->name);
}

}  // namespace cupel::cli
