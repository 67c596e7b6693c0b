#include "cli/manual.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cupel/cupel.hpp"

namespace cupel::cli {
namespace {

/// Text of a roff page: backslashes and minus signs are themselves, and no line is a request.
std::string roff(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == '\n';
    if (begins && (text[i] == '.' || text[i] == '\'')) out += "\\&";
    if (text[i] == '\\') {
      out += "\\e";
    } else if (text[i] == '-') {
      out += "\\-";
    } else {
      out += text[i];
    }
  }
  return out;
}

/// `-c,--command STATEMENT`
std::string names_of(const CLI::Option& option, std::string_view separator) {
  std::string out;
  for (const std::string& name : option.get_snames())
    out += (out.empty() ? "-" : std::string(separator) + "-") + name;
  for (const std::string& name : option.get_lnames())
    out += (out.empty() ? "--" : std::string(separator) + "--") + name;
  return out;
}

std::string option_list(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    const std::string names = names_of(*option, ", ");
    const std::string type = option->get_expected_max() > 0 ? option->get_type_name() : "";
    if (names.empty()) {
      out += fmt::format(".TP\n\\fI{}\\fR\n{}\n", roff(option->get_name(true)),
                         roff(option->get_description()));
    } else {
      out += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(names),
                         type.empty() ? "" : " \\fI" + roff(type) + "\\fR",
                         roff(option->get_description()));
    }
  }
  return out;
}

/// The footer's paragraphs, whose first words end in a colon or not, as they stand.
std::string verbatim(std::string_view text) { return ".nf\n" + roff(text) + "\n.fi\n"; }

std::vector<std::string> words_of(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_snames()) words.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

/// The line of bash about what follows an option, by the word that stands for it in the help.
std::string values_of(const CLI::Option& option) {
  const std::string names = names_of(option, " | ");
  if (names.empty() || option.get_expected_max() == 0) return {};
  const std::string type = option.get_type_name();
  std::string offered = "return";
  if (type == "FILE") offered = "COMPREPLY=($(compgen -f -- \"$current\")); return";
  if (type == "DIRECTORY") offered = "COMPREPLY=($(compgen -d -- \"$current\")); return";
  if (type == "FORMAT") offered = fmt::format("words=\"{}\"", joined(format_words()));
  if (type == "FORM") offered = "words=\"text json\"";
  if (type == "WHEN") offered = "words=\"auto always never\"";
  return fmt::format("    {}) {} ;;\n", names, offered);
}

}  // namespace

std::string man_page(const CLI::App& app) {
  std::string out = fmt::format(
      ".TH CUPEL 1 \"\" \"cupel {0}\" \"User Commands\"\n.SH NAME\ncupel \\- {1}\n.SH SYNOPSIS\n"
      ".B cupel\n[\\fIOPTIONS\\fR] \\fIDATABASE\\fR\n.br\n.B cupel\n\\fISUBCOMMAND\\fR ...\n"
      ".SH DESCRIPTION\n{2}.\nWithout \\fB\\-c\\fR and \\fB\\-f\\fR statements are read from "
      "standard input, which at a terminal is edited, completed by Tab and remembered.\n"
      ".SH OPTIONS\n",
      roff(std::string(version())), "find what is unlabelled, mislabelled or missed",
      roff(app.get_description()));
  out += option_list(app) + ".SH SUBCOMMANDS\n";
  for (const CLI::App* part : app.get_subcommands({})) {
    if (part->get_group().empty()) continue;
    out += fmt::format(".SS {}\n{}\n{}", roff(part->get_name()), roff(part->get_description()),
                       option_list(*part));
  }
  out += ".SH COMMANDS\nLines that begin with a point, at the prompt and in scripts.\n";
  for (const Command& command : commands())
    out += fmt::format(".TP\n\\fB{}\\fR \\fI{}\\fR\n{}\n", roff(command.name),
                       roff(command.arguments), roff(command.summary));
  out +=
      ".SH FILES\n.TP\n$XDG_STATE_HOME/cupel/history\nformer statements "
      "(~/.local/state/cupel/history)\n.TP\n~/.editrc\nkeys of the line editor\n"
      ".SH ENVIRONMENT\n.TP\nPAGER\nshows results that are taller than the window\n"
      ".TP\nNO_COLOR\nno colours\n.SH EXAMPLES AND EXIT STATUS\n";
  return out + verbatim(app.get_footer());
}

std::string bash_completion(const CLI::App& app) {
  std::vector<std::string> names;
  std::string parts;
  std::string values;
  for (const CLI::Option* option : app.get_options()) values += values_of(*option);
  for (const CLI::App* part : app.get_subcommands({})) {
    if (part->get_group().empty()) continue;
    names.push_back(part->get_name());
    parts += fmt::format("    {}) words=\"{}\" ;;\n", part->get_name(), joined(words_of(*part)));
  }
  return fmt::format(
      "# Completion of cupel's command line; sourced by bash.\n"
      "_cupel() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} words\n"
      "  case $previous in\n"
      "{}"
      "  esac\n"
      "  if [[ -n $words ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  case ${{COMP_WORDS[1]}} in\n{}"
      "    *) words=\"{}\" ;;\n"
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  elif ((COMP_CWORD == 1)); then\n"
      "    COMPREPLY=($(compgen -W \"{}\" -- \"$current\") $(compgen -d -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -d -- \"$current\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _cupel cupel\n",
      values, parts, joined(words_of(app)), joined(names));
}

}  // namespace cupel::cli
