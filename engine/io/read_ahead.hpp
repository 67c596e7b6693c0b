#pragma once

#include <cstddef>
#include <functional>

#include "engine/io/record.hpp"

namespace cupel::io {

/// How much is read ahead (tests lower it).
struct AheadLimits {
  size_t batch_bytes = size_t{128} << 10;  ///< of texts; the last record may exceed it
  size_t batch_calls = 512;
  /// That there are at most, the ones being filled and played among them; made when needed. Enough
  /// that the reader goes on while the sink puts a chunk of rows away.
  size_t batches = 64;
};

/// Whatever hands records to a sink: io::read of some request.
using Reader = std::function<void(FieldNames& names, RecordSink& sink)>;

/// Runs a reader on a thread of its own, while the calling thread makes the sink's calls.
///
/// 1. The sink hears what it would hear without the thread, in the same order, on the calling
///    thread; only of progress() it hears less often. `names` is used on the calling thread alone:
///    the reader numbers names of its own, which are translated.
/// 2. What the sink throws ends the reader at its next call, and is thrown here. What the reader
///    throws is thrown here when the sink has heard everything before it.
/// 3. size_of() is answered by the sink when it has heard everything before it. Asked again for an
///    object of the same item, with no item in between, the reader has the same answer at once:
///    an exchange costs two changes of threads.
/// 4. While nothing comes `poll` is called every few milliseconds; it may throw, as the sink may.
/// When it returns or throws the thread has ended.
void read_ahead(const Reader& reader, FieldNames& names, RecordSink& sink,
                const std::function<void()>& poll, const AheadLimits& limits = {});

}  // namespace cupel::io
