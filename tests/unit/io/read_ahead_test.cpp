#include "engine/io/read_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cupel/error.hpp"
#include "tests/unit/io/recording.hpp"

namespace cupel::io {
namespace {

const auto kNoPoll = [] {};

/// Every call in one list, and on which thread it came. Throws at call number `fails_at`.
class Journal : public RecordSink {
 public:
  explicit Journal(const FieldNames& names) : names_(names) {}

  std::vector<std::string> calls;
  size_t fails_at = ~size_t{0};
  bool with_progress = true;

  void item(const ItemRecord& item) override {
    note("item " + std::string(item.reference_id) + fields(item.fields) + std::string(item.rest));
  }
  void mention(const ItemRecord& item) override {
    note("mention " + std::string(item.reference_id) + std::string(item.place.file));
  }
  void object(const ObjectTarget& target, const ObjectRecord& object) override {
    note(std::string(target.run) + " object " + std::string(object.reference_id) + " " +
         std::string(object.label) + std::to_string(object.x.value_or(-1)) +
         fields(object.fields) + std::string(object.geometry) +
         std::to_string(object.place.line));
  }
  ImageSize size_of(const ObjectRecord& object) override {
    note("size of " + std::string(object.reference_id));
    return {static_cast<uint32_t>(calls.size()), 1, {}};
  }
  void remark(std::string sentence) override { note("remark " + sentence); }
  void failed(const Place& place, const Error& error) override {
    note("failed " + std::to_string(place.line) + error.message());
  }
  void lost(std::string_view what) override { note("lost " + std::string(what)); }
  void progress(uint64_t done, uint64_t) override {
    if (with_progress) note("progress " + std::to_string(done));
  }
  void progress_in(std::string_view unit) override { note("unit " + std::string(unit)); }

 private:
  void note(std::string call) {
    EXPECT_EQ(std::this_thread::get_id(), thread_);
    if (calls.size() == fails_at) throw Error(ErrorCode::kConstraint, "the sink fails");
    calls.push_back(std::move(call));
  }
  std::string fields(const std::vector<Field>& fields) const {
    std::string words;
    for (const Field& field : fields) {
      words += " " + names_.path(field.name) + "=";
      if (const auto* text = std::get_if<std::string_view>(&field.value)) words += *text;
      if (const auto* number = std::get_if<int64_t>(&field.value)) words += std::to_string(*number);
    }
    return words;
  }

  const FieldNames& names_;
  const std::thread::id thread_ = std::this_thread::get_id();
};

/// Makes calls of all kinds, the same ones for the same seed.
class RandomReader {
 public:
  RandomReader(FieldNames& names, RecordSink& sink, uint32_t seed)
      : names_(names), sink_(sink), random_(seed) {}

  void make_calls(int count) {
    for (int i = 0; i < count; ++i) call(i);
  }

 private:
  std::string text() { return std::string(random_() % 60, static_cast<char>('a' + random_() % 26)); }

  std::vector<Field> fields(const std::string& text) {
    std::vector<Field> fields;
    for (size_t i = random_() % 4; i > 0; --i) {
      const uint32_t name = names_.id("metadata.f" + std::to_string(random_() % 50));
      if (random_() % 2 == 0)
        fields.push_back({name, int64_t{static_cast<int64_t>(random_())}});
      else
        fields.push_back({name, std::string_view(text)});
    }
    return fields;
  }

  void call(int i) {
    const auto line = static_cast<uint64_t>(i);
    const std::string id = text(), other = text();
    ItemRecord item;
    item.reference_id = id;
    item.rest = other;
    item.place = {0, 0, 0, other};
    ObjectRecord object;
    object.reference_id = id;
    object.label = other;
    object.place.line = line;
    if (random_() % 2 == 0) object.x = i;
    switch (random_() % 12) {
      case 0: return sink_.progress_in(other);
      case 1: return sink_.lost(other);
      case 2: return sink_.remark(other);
      case 3: return sink_.failed({line}, Error(ErrorCode::kConstraint, other));
      case 4: return sink_.mention(item);
      case 5: return sink_.progress(line, 1000000);
      case 6: {
        const ImageSize size = sink_.size_of(object);
        return sink_.remark("size " + std::to_string(size.width.value_or(0)));
      }
      case 7: item.fields = fields(other); return sink_.item(item);
      default: object.fields = fields(other); return sink_.object({true, other}, object);
    }
  }

  FieldNames& names_;
  RecordSink& sink_;
  std::mt19937 random_;
};

std::vector<std::string> calls_of(uint32_t seed, const AheadLimits* ahead) {
  const Reader reader = [seed](FieldNames& names, RecordSink& sink) {
    RandomReader(names, sink, seed).make_calls(3000);
  };
  FieldNames names;
  names.id("another.one");  // numbers are not the reader's
  Journal journal(names);
  journal.with_progress = false;
  if (ahead != nullptr)
    read_ahead(reader, names, journal, kNoPoll, *ahead);
  else
    reader(names, journal);
  return journal.calls;
}

TEST(ReadAhead, TheSinkHearsTheSameInTheSameOrder) {
  for (uint32_t seed = 0; seed < 4; ++seed) {
    const std::vector<std::string> expected = calls_of(seed, nullptr);
    for (const AheadLimits& limits :
         {AheadLimits{}, AheadLimits{1, 1, 2}, AheadLimits{40, 100, 3}, AheadLimits{1 << 20, 7, 4}})
      EXPECT_EQ(calls_of(seed, &limits), expected);
  }
}

TEST(ReadAhead, ProgressStaysInOrderWithItsUnitAndEndsWithTheLast) {
  FieldNames names;
  Journal journal(names);
  read_ahead(
      [](FieldNames&, RecordSink& sink) {
        sink.progress(1, 10);
        sink.progress(2, 10);
        sink.progress_in("images");
        sink.progress(3, 10);
        sink.lost("things");
        sink.progress(4, 10);
      },
      names, journal, kNoPoll);
  const std::vector<std::string> expected{"progress 2", "unit images", "lost things", "progress 4"};
  EXPECT_EQ(journal.calls, expected);
}

TEST(ReadAhead, AGreatTextComesWhole) {
  const std::string great(300000, 'x');
  FieldNames names;
  Journal journal(names);
  const Reader reader = [&](FieldNames&, RecordSink& sink) {
    for (int i = 0; i < 20; ++i) {
      ItemRecord item;
      item.reference_id = i % 3 == 0 ? "small" : std::string_view(great);
      sink.item(item);
    }
  };
  read_ahead(reader, names, journal, kNoPoll, {1000, 5, 3});
  ASSERT_EQ(journal.calls.size(), 20u);
  for (size_t i = 0; i < 20; ++i)
    EXPECT_EQ(journal.calls[i], "item " + (i % 3 == 0 ? "small" : great));
}

TEST(ReadAhead, AnErrorOfTheSinkEndsAReaderThatNeverEnds) {
  for (const size_t calls : {size_t{0}, size_t{1}, size_t{700}}) {
    FieldNames names;
    Journal journal(names);
    journal.fails_at = calls;
    std::atomic<bool> ended = false;
    const Reader endless = [&](FieldNames&, RecordSink& sink) {
      struct AtEnd {
        std::atomic<bool>& ended;
        ~AtEnd() { ended = true; }
      } at_end{ended};
      for (;;) sink.lost("things");
    };
    try {
      read_ahead(endless, names, journal, kNoPoll, {100, 10, 3});
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), "the sink fails");
    }
    EXPECT_TRUE(ended);
    EXPECT_EQ(journal.calls.size(), calls);
  }
}

TEST(ReadAhead, AnErrorOfTheSinkEndsAReaderThatAsks) {
  FieldNames names;
  Journal journal(names);
  journal.fails_at = 3;
  const Reader reader = [](FieldNames&, RecordSink& sink) {
    ObjectRecord a, b;
    a.reference_id = "a";
    b.reference_id = "b";
    for (;;) {
      sink.size_of(a);
      sink.size_of(b);
    }
  };
  EXPECT_THROW(read_ahead(reader, names, journal, kNoPoll), Error);
}

TEST(ReadAhead, ASizeIsAskedForOnceAnItemUntilThereIsAnother) {
  FieldNames names;
  Journal journal(names);
  const Reader reader = [](FieldNames&, RecordSink& sink) {
    ObjectRecord a, b;
    a.reference_id = "a";
    b.reference_id = "b";
    for (const ObjectRecord* object : {&a, &a, &b, &a}) sink.size_of(*object);
    sink.mention({});
    sink.size_of(a);
    sink.lost("things");
    sink.size_of(a);
  };
  read_ahead(reader, names, journal, kNoPoll);
  const std::vector<std::string> expected{"size of a", "size of b", "size of a",
                                          "mention ",  "size of a", "lost things"};
  EXPECT_EQ(journal.calls, expected);
}

TEST(ReadAhead, AnErrorOfTheReaderComesBehindWhatItRead) {
  struct Other {
    int number;
  };
  FieldNames names;
  Journal journal(names);
  const Reader reader = [](FieldNames&, RecordSink& sink) {
    for (int i = 0; i < 999; ++i) sink.lost("things");
    throw Other{42};
  };
  try {
    read_ahead(reader, names, journal, kNoPoll, {100, 10, 3});
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Other& other) {
    EXPECT_EQ(other.number, 42);
  }
  EXPECT_EQ(journal.calls.size(), 999u);
}

TEST(ReadAhead, TheFirstErrorIsTheOneThatComesFirstInTheFile) {
  FieldNames names;
  Journal journal(names);
  journal.fails_at = 5;
  const Reader reader = [](FieldNames&, RecordSink& sink) {
    for (int i = 0; i < 6; ++i) sink.lost("things");
    throw Error(ErrorCode::kIo, "the reader fails");
  };
  try {
    read_ahead(reader, names, journal, kNoPoll);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "the sink fails");
  }
}

TEST(ReadAhead, PollsWhileNothingComes) {
  FieldNames names;
  Journal journal(names);
  journal.with_progress = false;
  int polls = 0;
  const auto poll = [&] {
    if (++polls == 3) throw Error(ErrorCode::kInterrupted, "interrupted");
  };
  const Reader slow = [](FieldNames&, RecordSink& sink) {
    for (;;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(70));
      sink.progress(0, 1);
    }
  };
  try {
    read_ahead(slow, names, journal, poll);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInterrupted);
  }
  EXPECT_EQ(polls, 3);
}

TEST(ReadAhead, WhatASlowReaderHasReadIsNotHeldBack) {
  /// Says when it has heard of an item.
  class Waiting : public Journal {
   public:
    using Journal::Journal;
    std::atomic<bool> heard = false;
    void item(const ItemRecord&) override { heard = true; }
  };
  FieldNames names;
  Waiting sink(names);
  const Reader reader = [&](FieldNames&, RecordSink& ahead) {
    ahead.item({});
    while (!sink.heard) ahead.progress(0, 1);
  };
  read_ahead(reader, names, sink, kNoPoll);
  EXPECT_TRUE(sink.heard);
}

}  // namespace
}  // namespace cupel::io
