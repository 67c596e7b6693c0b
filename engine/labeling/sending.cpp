#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "cupel/error.hpp"
#include "engine/io/json_text.hpp"
#include "engine/io/output_folder.hpp"
#include "engine/io/write.hpp"
#include "engine/labeling/files.hpp"
#include "engine/labeling/leftover.hpp"
#include "engine/labeling/task_files.hpp"
#include "storage/durable_file.hpp"

namespace cupel::labeling {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstructionsFile = "instructions.md";
constexpr const char* kConfigFile = "labeling_config.xml";

struct BatchFile {
  std::string file;
  uint32_t batch = 0;
  bool calibration = false;
  uint64_t tasks = 0;
};

/// A name that nothing has, for what is set aside.
fs::path free_name(const fs::path& directory) {
  fs::path path;
  std::error_code error;
  for (uint64_t number = 1; path.empty() || fs::exists(fs::symlink_status(path, error)); ++number) {
    path = directory;
    path += fmt::format(".left-{}", number);
  }
  return path;
}

void rename_directory(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) storage::throw_io("make", to, errno);
}

}  // namespace

struct Sending::Impl {
  Impl(const fs::path& directory, const Project& of_project,
       const std::function<bool(const std::string&)>& may_replace)
      : folder(directory, "the tasks"), project(of_project), is_leftover(may_replace) {}

  io::OutputFolder folder;
  Project project;
  std::function<bool(const std::string&)> is_leftover;
  std::vector<std::string> files;
  std::vector<BatchFile> batches;
  std::optional<io::OutputFile> output;
  std::string buffer;
  std::optional<fs::path> set_aside;

  bool is_list() const { return project.format != TaskFormat::kJsonl; }

  void append_task(const Task& task) {
    switch (project.format) {
      case TaskFormat::kScale: return append_scale_task(buffer, project, task);
      case TaskFormat::kLabelStudio: return append_label_studio_task(buffer, project, task);
      case TaskFormat::kJsonl: return append_jsonl_task(buffer, project, task);
    }
  }

  void open_batch(const Task& task) {
    close_batch();
    BatchFile batch;
    batch.file = batch_name(task) + (is_list() ? ".json" : ".jsonl");
    batch.batch = task.batch;
    batch.calibration = task.calibration;
    output.emplace(folder.inside() / batch.file);
    files.push_back(batch.file);
    batches.push_back(std::move(batch));
  }

  void close_batch() {
    if (!output) return;
    if (is_list()) output->write("\n]\n");
    output->commit();
    output.reset();
  }

  void write_file(const std::string& name, std::string_view text) {
    io::OutputFile file(folder.inside() / name);
    file.write(text);
    file.commit();
    files.push_back(name);
  }

  std::string manifest() const;
};

std::string Sending::Impl::manifest() const {
  uint64_t tasks = 0;
  for (const BatchFile& batch : batches) tasks += batch.tasks;
  std::string out = "{";
  append_member(out, "project", project.name);
  append_member(out, "send_id", project.send_id);
  append_member(out, "format", format_name(project.format));
  append_member(out, "slice", project.slice);
  append_member(out, "taxonomy", project.taxonomy);
  append_member(out, "seed", std::to_string(project.seed));
  append_number(out, "tasks", tasks);
  io::append_key(out, "files");
  out += '[';
  for (const std::string& file : files) {
    out += out.back() == '[' ? "\n{" : ",\n{";
    append_member(out, "file", file);
    for (const BatchFile& batch : batches) {
      if (batch.file != file) continue;
      append_number(out, "batch", batch.batch);
      append_flag(out, "calibration", batch.calibration);
      append_number(out, "tasks", batch.tasks);
    }
    out += '}';
  }
  out += ']';
  io::append_key(out, "labels");
  append_text_list(out, project.labels);
  append_member(out, "none", kNoneOfThese);
  out += "}\n";
  return out;
}

Sending::Sending(const fs::path& directory, const Project& project,
                 const std::function<bool(const std::string& send_id)>& is_leftover)
    : impl_(std::make_unique<Impl>(directory, project, is_leftover)) {
  is_replaceable(impl_->folder.path(), is_leftover);
}

Sending::~Sending() = default;

void Sending::write_instructions(const std::string& text) {
  impl_->write_file(kInstructionsFile, text);
}

void Sending::add(const Task& task) {
  Impl& impl = *impl_;
  const bool first = impl.batches.empty() || impl.batches.back().batch != task.batch;
  if (first) {
    if (!impl.batches.empty() && impl.batches.back().batch > task.batch) {
      throw Error(ErrorCode::kInternal, "the tasks of a sending came out of the order of batches");
    }
    impl.open_batch(task);
  }
  impl.buffer.clear();
  if (impl.is_list()) impl.buffer = first ? "[\n" : ",\n";
  std::string record;
  record.swap(impl.buffer);
  impl.append_task(task);
  record += impl.buffer;
  if (!impl.is_list()) record += '\n';
  impl.output->write(record);
  ++impl.batches.back().tasks;
}

void Sending::publish() {
  Impl& impl = *impl_;
  impl.close_batch();
  if (impl.project.format == TaskFormat::kLabelStudio) {
    impl.write_file(kConfigFile, label_studio_config(impl.project));
  }
  impl.write_file(kManifestFile, impl.manifest());
  storage::write_file_durably(impl.folder.inside() / kUnfinishedFile, kUnfinishedText);
  // Looked at again: much may have happened while the files were written.
  const fs::path& directory = impl.folder.path();
  if (is_replaceable(directory, impl.is_leftover)) {
    const fs::path aside = free_name(directory);
    rename_directory(directory, aside);
    impl.set_aside = aside;
  }
  impl.folder.publish();
}

bool Sending::finish() noexcept { return remove_mark(impl_->folder.path()); }

const std::optional<fs::path>& Sending::set_aside() const { return impl_->set_aside; }

const std::vector<std::string>& Sending::files() const { return impl_->files; }

}  // namespace cupel::labeling
