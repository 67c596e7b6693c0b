#pragma once

#include <string>
#include <string_view>

namespace cupel::cli {

/// From here on `put` writes to a file, until the end of it. Throws kIo when it cannot be opened.
enum class FileIs { kNew, kContinued };
void begin_file(const std::string& path, FileIs is = FileIs::kNew);
/// Ends it, where there is one. Throws kIo when not everything could be written.
void end_file();
/// Whether `put` writes to a terminal.
bool output_is_terminal();

/// Writes to standard output; false when that failed, now or before. After a failure nothing more
/// is written: a full disk or a reader that has gone ends the program's work.
bool put(std::string_view text);
bool flush();
/// Whether everything could be written so far.
bool output_works();

/// The exit code of a program that would end with `code`: flushes, and says on standard error that
/// the answer could not be written. A reader that has gone (`| head`) is no error.
int finish_output(int code);

/// Text of several lines in which nothing steers a terminal: control characters but line ends and
/// tabs are shown as `\x1b`; the rest is kept byte for byte.
std::string without_controls(std::string_view text);

}  // namespace cupel::cli
