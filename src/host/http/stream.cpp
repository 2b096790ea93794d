#include "host/http/stream.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::http {

std::string format_event(const Event& event) {
  CHECK(event.name.find_first_of("\r\n") == std::string::npos);
  std::string out = "event: " + event.name + "\ndata: ";
  for (std::size_t i = 0; i < event.data.size(); ++i) {
    const char c = event.data[i];
    if (c == '\r' && i + 1 < event.data.size() && event.data[i + 1] == '\n') continue;
    if (c == '\r' || c == '\n')
      out += "\ndata: ";
    else
      out += c;
  }
  return out + "\n\n";
}

bool EventStream::send(const Event& event) {
  const std::string block = format_event(event);
  std::function<void()> wake;
  bool is_taken = false;
  {
    const std::lock_guard lock(mutex_);
    if (!is_open_) return false;
    if (waiting_.size() + block.size() <= waiting_bytes_max_) {
      waiting_ += block;
      is_taken = true;
    } else {
      end_locked();
    }
    wake = wake_;
  }
  if (wake) wake();
  return is_taken;
}

void EventStream::close() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    end_locked();
    wake = std::move(wake_);
    wake_ = nullptr;
  }
  if (wake) wake();
}

bool EventStream::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

std::string EventStream::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

void EventStream::on_change(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  if (is_open_) wake_ = std::move(wake);
}

Result<std::shared_ptr<EventStream>> StreamHub::open(const std::string& reader, std::vector<std::string> topics) {
  const std::lock_guard lock(mutex_);
  forget_the_gone_locked();
  const auto held = std::ranges::count(streams_, reader, &Held::reader);
  if (static_cast<std::size_t>(held) >= limits_.per_reader)
    return refuse(ErrorKind::unavailable,
                  {"trop de pages ouvertes à la fois ; fermez-en une", "too many pages open at a time; close one"});
  auto stream = std::make_shared<EventStream>(limits_.waiting_bytes_max);
  streams_.push_back({stream, reader});
  for (auto& topic : topics) topics_[std::move(topic)].push_back(stream);
  return stream;
}

int StreamHub::publish(std::string_view topic, const Event& event) {
  std::vector<std::shared_ptr<EventStream>> readers;
  {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return 0;
    for (const auto& weak : found->second)
      if (auto stream = weak.lock()) readers.push_back(std::move(stream));
  }
  int reached = 0;
  for (const auto& stream : readers) reached += stream->send(event) ? 1 : 0;
  return reached;
}

void StreamHub::close_reader(const std::string& reader) {
  std::vector<std::shared_ptr<EventStream>> closing;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& held : streams_)
      if (held.reader == reader)
        if (auto stream = held.stream.lock()) closing.push_back(std::move(stream));
  }
  for (const auto& stream : closing) stream->close();
}

std::size_t StreamHub::open_streams() {
  const std::lock_guard lock(mutex_);
  forget_the_gone_locked();
  return streams_.size();
}

void StreamHub::forget_the_gone_locked() {
  const auto is_gone = [](const std::weak_ptr<EventStream>& weak) {
    const auto stream = weak.lock();
    return !stream || !stream->is_open();
  };
  std::erase_if(streams_, [&](const Held& held) { return is_gone(held.stream); });
  for (auto& [topic, readers] : topics_) std::erase_if(readers, is_gone);
  std::erase_if(topics_, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace quadrille::http
