#pragma once

#include <string>

namespace CLI {
class App;
}

namespace cupel::cli {

/// The manual page cupel(1) as roff, made of what `--help` is made of and of the table of commands.
std::string man_page(const CLI::App& app);
/// Completion of the command line for bash, made of the same.
std::string bash_completion(const CLI::App& app);

}  // namespace cupel::cli
