#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/database/database.h"

// What a request asks of the database: the statements of one thread, each with how many rows it gave or changed. Time
// cannot be compared byte for byte; what an answer's time is made of can.

namespace quadrille::noninterference {

struct Statement {
  std::string sql;
  std::int64_t rows = 0;
};

// Takes down the statements of the thread that makes it, from then until it is gone. One at a time.
class WorkOfThread {
 public:
  WorkOfThread();
  WorkOfThread(const WorkOfThread&) = delete;
  WorkOfThread& operator=(const WorkOfThread&) = delete;
  ~WorkOfThread();
  // A line a statement. Left out is what everyone may know, or what tells of no object: the log's own tables, whose
  // work depends on its size; the interned marking sets, how many there are and which numbers they have.
  [[nodiscard]] std::string in_lines() const;

 private:
  std::shared_ptr<std::vector<Statement>> statements_;
};

// As if this thread had asked it.
void take_down(std::string_view sql);

// The same database, seen through.
[[nodiscard]] std::unique_ptr<database::Database> watched(std::unique_ptr<database::Database> database);

}  // namespace quadrille::noninterference
