#include "host/database/postgresql.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <mutex>
#include <utility>

#include "base/check.h"
#include "host/database/dialect.h"

namespace quadrille::database {
namespace {

constexpr Oid oid_bytea = 17;
constexpr Oid oid_int8 = 20;
constexpr Oid oid_text = 25;
constexpr Oid oid_float8 = 701;
// Any constant serves; all writers of one database lock the same one.
constexpr const char* writers_turn = "SELECT pg_advisory_xact_lock(7164617236)";

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;

std::string trimmed(const char* message) {
  std::string text = message ? message : "";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

DatabaseError::Cause cause_of(std::string_view state) {
  if (state == "53100") return DatabaseError::Cause::disk_full;
  if (state.starts_with("23")) return DatabaseError::Cause::constraint;
  if (state.starts_with("08") || state.starts_with("57P")) return DatabaseError::Cause::connection_lost;
  if (state == "40001" || state == "40P01" || state == "55P03") return DatabaseError::Cause::busy;
  if (state.starts_with("XX00")) return DatabaseError::Cause::corrupt;
  return DatabaseError::Cause::other;
}

// Bound values in libpq's arrays; lives as long as the call.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values) {
    texts_.reserve(values.size());
    for (const auto& value : values) std::visit([&](const auto& held) { add(held); }, value.held());
    for (const auto& text : texts_) {
      pointers_.push_back(text.is_null ? nullptr : text.characters.c_str());
      lengths_.push_back(static_cast<int>(text.characters.size()));
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const Oid* types() const { return types_.data(); }
  [[nodiscard]] const char* const* values() const { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  struct Held {
    std::string characters;
    bool is_null = false;
  };
  void add(std::monostate) { push({{}, true}, 0, 0); }
  void add(std::int64_t value) { push({std::to_string(value)}, oid_int8, 0); }
  void add(double value) { push({fmt::format("{}", value)}, oid_float8, 0); }
  void add(std::string_view text) { push({std::string(text)}, oid_text, 0); }
  void add(std::span<const std::uint8_t> bytes) { push({std::string(bytes.begin(), bytes.end())}, oid_bytea, 1); }
  void push(Held held, Oid type, int format) {
    texts_.push_back(std::move(held));
    types_.push_back(type);
    formats_.push_back(format);
  }

  std::vector<Held> texts_;
  std::vector<Oid> types_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

class Connection {
 public:
  explicit Connection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) {
      const std::string message = trimmed(PQerrorMessage(connection_));
      PQfinish(connection_);
      throw DatabaseError(DatabaseError::Cause::connection_lost, message);
    }
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { PQfinish(connection_); }

  ResultPtr run(const char* sql) { return checked(ResultPtr(PQexec(connection_, sql))); }
  ResultPtr run(std::string_view sql, std::span<const Value> values) {
    const Parameters parameters(values);
    const std::string numbered = numbered_placeholders(sql);
    return checked(ResultPtr(PQexecParams(connection_, numbered.c_str(), parameters.count(), parameters.types(),
                                          parameters.values(), parameters.lengths(), parameters.formats(), 0)));
  }
  void start_rows(std::string_view sql, std::span<const Value> values) {
    const Parameters parameters(values);
    const std::string numbered = numbered_placeholders(sql);
    if (PQsendQueryParams(connection_, numbered.c_str(), parameters.count(), parameters.types(), parameters.values(),
                          parameters.lengths(), parameters.formats(), 0) == 0)
      fail(nullptr);
    PQsetSingleRowMode(connection_);
  }
  // One row, or nothing after the last one.
  ResultPtr next_row() {
    ResultPtr result(PQgetResult(connection_));
    if (!result) return nullptr;
    if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) return result;
    const bool is_end = PQresultStatus(result.get()) == PGRES_TUPLES_OK;
    drain();
    if (!is_end) fail(result.get());
    return nullptr;
  }
  void drain() noexcept {
    while (ResultPtr(PQgetResult(connection_))) {
    }
  }
  ResultPtr checked(ResultPtr result) {
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) fail(result.get());
    return result;
  }
  [[noreturn]] void fail(const PGresult* result) const {
    const char* state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const bool is_lost = PQstatus(connection_) != CONNECTION_OK;
    const std::string message = trimmed(result ? PQresultErrorMessage(result) : PQerrorMessage(connection_));
    throw DatabaseError(is_lost ? DatabaseError::Cause::connection_lost : cause_of(state ? state : ""),
                        "PostgreSQL: " + message);
  }
  [[nodiscard]] bool is_usable() const {
    return PQstatus(connection_) == CONNECTION_OK && PQtransactionStatus(connection_) == PQTRANS_IDLE;
  }
  [[nodiscard]] PGconn* handle() const { return connection_; }

 private:
  PGconn* connection_;
};

class Pool {
 public:
  explicit Pool(std::string url) : url_(std::move(url)) {}
  std::unique_ptr<Connection> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>(url_);
  }
  // Ends whatever was open; a broken connection is dropped.
  void give_back(std::unique_ptr<Connection> connection) noexcept {
    if (!connection->is_usable()) {
      connection->drain();
      ResultPtr(PQexec(connection->handle(), "ROLLBACK"));
    }
    const std::lock_guard lock(mutex_);
    if (connection->is_usable() && idle_.size() < 8) idle_.push_back(std::move(connection));
  }

 private:
  std::string url_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

template <class Number>
Number parse_number(std::string_view text) {
  Number value{};
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  CHECK(failure == std::errc() && stop == text.data() + text.size());
  return value;
}

// Of the server's own hexadecimal digits.
unsigned value_of_digit(char digit) {
  return digit <= '9' ? static_cast<unsigned>(digit - '0') : static_cast<unsigned>(digit - 'a') + 10U;
}

class PostgresqlRows final : public Rows {
 public:
  PostgresqlRows(Connection& connection, std::string_view sql, std::span<const Value> values)
      : connection_(connection) {
    connection_.start_rows(sql, values);
  }
  ~PostgresqlRows() override {
    if (!is_over_) connection_.drain();
  }
  bool next() override {
    if (is_over_) return false;
    row_ = connection_.next_row();
    is_over_ = row_ == nullptr;
    return !is_over_;
  }
  bool is_null(int column) const override { return PQgetisnull(row_.get(), 0, column) != 0; }
  std::int64_t integer(int column) const override { return parse_number<std::int64_t>(text(column)); }
  double real(int column) const override { return parse_number<double>(text(column)); }
  std::string_view text(int column) const override {
    CHECK(!is_null(column));
    return {PQgetvalue(row_.get(), 0, column), static_cast<std::size_t>(PQgetlength(row_.get(), 0, column))};
  }
  std::span<const std::uint8_t> bytes(int column) const override {
    const auto hex = text(column);
    CHECK(hex.starts_with("\\x") && hex.size() % 2 == 0);
    bytes_.resize(hex.size() / 2 - 1);
    for (std::size_t i = 0; i < bytes_.size(); ++i)
      bytes_[i] = static_cast<std::uint8_t>(value_of_digit(hex[2 * i + 2]) << 4U | value_of_digit(hex[2 * i + 3]));
    return bytes_;
  }

 private:
  Connection& connection_;
  ResultPtr row_;
  bool is_over_ = false;
  mutable Bytes bytes_;
};

// COPY ... FROM STDIN in text format, sent in blocks.
class PostgresqlBulk final : public Bulk {
 public:
  PostgresqlBulk(Connection& connection, const std::string& copy) : connection_(connection) {
    connection_.run(copy.c_str());
  }
  ~PostgresqlBulk() override {
    if (is_over_) return;
    PQputCopyEnd(connection_.handle(), "abandoned");
    connection_.drain();
  }
  void add(std::span<const Value> row) override {
    bool is_first = true;
    for (const auto& value : row) {
      if (!is_first) buffer_ += '\t';
      is_first = false;
      std::visit([&](const auto& held) { append(held); }, value.held());
    }
    buffer_ += '\n';
    ++count_;
    if (buffer_.size() > block) send();
  }
  std::int64_t finish() override {
    send();
    is_over_ = true;
    if (PQputCopyEnd(connection_.handle(), nullptr) != 1) connection_.fail(nullptr);
    const ResultPtr result(PQgetResult(connection_.handle()));
    const bool is_done = PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    connection_.drain();
    if (!is_done) connection_.fail(result.get());
    return count_;
  }

 private:
  static constexpr std::size_t block = 1 << 18;

  void send() {
    if (!buffer_.empty() && PQputCopyData(connection_.handle(), buffer_.data(), static_cast<int>(buffer_.size())) != 1)
      connection_.fail(nullptr);
    buffer_.clear();
  }
  void append(std::monostate) { buffer_ += "\\N"; }
  void append(std::int64_t value) { fmt::format_to(std::back_inserter(buffer_), "{}", value); }
  void append(double value) { fmt::format_to(std::back_inserter(buffer_), "{}", value); }
  void append(std::string_view text) {
    for (const char c : text) {
      switch (c) {
        case '\\':
          buffer_ += "\\\\";
          break;
        case '\t':
          buffer_ += "\\t";
          break;
        case '\n':
          buffer_ += "\\n";
          break;
        case '\r':
          buffer_ += "\\r";
          break;
        default:
          buffer_ += c;
      }
    }
  }
  void append(std::span<const std::uint8_t> bytes) {
    constexpr char digits[] = "0123456789abcdef";
    buffer_ += "\\\\x";
    for (const auto byte : bytes) {
      buffer_ += digits[byte >> 4U];
      buffer_ += digits[byte & 15U];
    }
  }

  Connection& connection_;
  std::string buffer_;
  std::int64_t count_ = 0;
  bool is_over_ = false;
};

class PostgresqlSnapshot final : public Snapshot {
 public:
  explicit PostgresqlSnapshot(Pool& pool) : pool_(pool), connection_(pool.take()) {
    connection_->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    connection_->run("SELECT 1");  // the snapshot is taken by the first statement
  }
  ~PostgresqlSnapshot() override { pool_.give_back(std::move(connection_)); }
  using Snapshot::query;
  std::unique_ptr<Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<PostgresqlRows>(*connection_, sql, values);
  }
  Dialect dialect() const override { return Dialect::postgresql; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

class PostgresqlTransaction final : public Transaction {
 public:
  explicit PostgresqlTransaction(Pool& pool) : pool_(pool), connection_(pool.take()) {
    connection_->run("BEGIN");
    connection_->run(writers_turn);
  }
  ~PostgresqlTransaction() override {
    if (connection_) pool_.give_back(std::move(connection_));
  }
  using Snapshot::query;
  using Transaction::execute;
  using Transaction::insert_returning_id;
  std::unique_ptr<Rows> query(std::string_view sql, std::span<const Value> values) override {
    return std::make_unique<PostgresqlRows>(*connection_, sql, values);
  }
  std::int64_t execute(std::string_view sql, std::span<const Value> values) override {
    const auto result = connection_->run(sql, values);
    const std::string_view changed = PQcmdTuples(result.get());
    return changed.empty() ? 0 : parse_number<std::int64_t>(changed);
  }
  std::int64_t insert_returning_id(std::string_view sql, std::span<const Value> values) override {
    const auto result = connection_->run(sql, values);
    CHECK(PQntuples(result.get()) == 1);
    return parse_number<std::int64_t>(PQgetvalue(result.get(), 0, 0));
  }
  std::unique_ptr<Bulk> bulk(std::string_view table, std::span<const BulkColumn> columns) override {
    std::string names;
    for (const auto& column : columns) names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
    return std::make_unique<PostgresqlBulk>(*connection_, fmt::format("COPY {} ({}) FROM STDIN", table, names));
  }
  void commit() override {
    CHECK(connection_ != nullptr);
    connection_->run("COMMIT");
    pool_.give_back(std::move(connection_));
  }
  Dialect dialect() const override { return Dialect::postgresql; }

 private:
  Pool& pool_;
  std::unique_ptr<Connection> connection_;
};

class PostgresqlDatabase final : public Database {
 public:
  explicit PostgresqlDatabase(const std::string& url) : pool_(url) { pool_.give_back(pool_.take()); }
  std::unique_ptr<Snapshot> read() override { return std::make_unique<PostgresqlSnapshot>(pool_); }
  std::unique_ptr<Transaction> write() override { return std::make_unique<PostgresqlTransaction>(pool_); }
  Dialect dialect() const override { return Dialect::postgresql; }
  void finish_as_single_file(std::int32_t, std::int32_t) override { CHECK(false && "PostgreSQL keeps no single file"); }
  bool purge_deleted(std::span<const std::string_view> tables, Purge purge) override {
    auto connection = pool_.take();
    const std::string_view how = purge == Purge::thorough ? "VACUUM FULL" : "VACUUM";
    for (const auto table : tables) connection->run(fmt::format("{} {}", how, table).c_str());
    pool_.give_back(std::move(connection));
    return true;
  }

 private:
  Pool pool_;
};

}  // namespace

Result<std::unique_ptr<Database>> open_postgresql(const std::string& url) {
  try {
    return std::make_unique<PostgresqlDatabase>(url);
  } catch (const DatabaseError& error) {
    return refuse(
        ErrorKind::unavailable,
        {fmt::format("PostgreSQL ne répond pas ({}) ; vérifiez l'adresse et que le serveur est démarré", error.what()),
         fmt::format("PostgreSQL does not answer ({}); check the address and that the server is running",
                     error.what())},
        "--database");
  }
}

}  // namespace quadrille::database
