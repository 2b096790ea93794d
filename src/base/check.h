#pragma once

// CHECK(condition): what cannot happen is checked, in release builds too. A failed check is a bug of ours: it prints
// where and why and aborts; data are safe because every write is a transaction. What people and files get wrong is a
// Result (base/result.h); what the machine does is an exception from host/.

namespace quadrille {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace quadrille

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::quadrille::check_failed(#condition, __FILE__, __LINE__))
