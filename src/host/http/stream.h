#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Answers that go on: server-sent events (WHATWG HTML, section 9.2), by which the server tells a page that something
// changed. A handler opens a stream at the hub and returns it in its Response; whoever publishes later only knows the
// hub. Publishing never waits for a reader.
//
//   auto stream = hub.open(session, {"desk:3"});       // in the handler of GET
//   return Response{.stream = *stream};
//   hub.publish("desk:3", {"conflict", R"({"code":"..."})"});   // after the commit, from any thread

namespace quadrille::http {

struct Event {
  std::string name;  // no line break (CHECK)
  std::string data;  // may have line breaks
};
// "event: name\ndata: line\n\n"
[[nodiscard]] std::string format_event(const Event& event);

// One reader's stream. Thread-safe.
class EventStream {
 public:
  explicit EventStream(std::size_t waiting_bytes_max) : waiting_bytes_max_(waiting_bytes_max) {}

  // Queues it. False: the reader has left, or did not read for so long that more than the limit waits; then the stream
  // is dropped, and the page that still lives opens a new one and asks for the whole.
  bool send(const Event& event);
  void close();
  [[nodiscard]] bool is_open() const;

  // For the server: what waits, taken off the queue; and whom to wake when something does (called from any thread).
  [[nodiscard]] std::string take();
  void on_change(std::function<void()> wake);

 private:
  void end_locked() {
    is_open_ = false;
    waiting_.clear();
  }
  const std::size_t waiting_bytes_max_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool is_open_ = true;
  std::function<void()> wake_;
};

struct StreamLimits {
  std::size_t per_reader = 4;  // a browser gives a server six connections in all
  std::size_t waiting_bytes_max = 64 << 10;
};

// Who listens to what. Thread-safe.
class StreamHub {
 public:
  explicit StreamHub(StreamLimits limits = {}) : limits_(limits) {}

  // `reader` is a session: over its limit the stream is refused (unavailable). A topic is a word of the publisher's.
  [[nodiscard]] Result<std::shared_ptr<EventStream>> open(const std::string& reader, std::vector<std::string> topics);
  // Returns how many streams took it. O(streams of the topic).
  int publish(std::string_view topic, const Event& event);
  // Ends every stream of a reader, when they sign out or lose their right.
  void close_reader(const std::string& reader);
  [[nodiscard]] std::size_t open_streams();

 private:
  struct Held {
    std::weak_ptr<EventStream> stream;
    std::string reader;
  };
  void forget_the_gone_locked();

  const StreamLimits limits_;
  std::mutex mutex_;
  std::vector<Held> streams_;
  std::map<std::string, std::vector<std::weak_ptr<EventStream>>, std::less<>> topics_;
};

}  // namespace quadrille::http
