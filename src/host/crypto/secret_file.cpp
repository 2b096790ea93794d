#include "host/crypto/secret_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace quadrille::crypto {
namespace {

constexpr std::size_t longest = std::size_t{64} << 10U;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Failure refuse_file(const std::filesystem::path& path, int code) {
  const std::string reason = std::strerror(code);
  const ErrorKind kind = code == ENOENT   ? ErrorKind::not_found
                         : code == EEXIST ? ErrorKind::conflict
                         : code == EACCES ? ErrorKind::forbidden
                                          : ErrorKind::unavailable;
  if (code == EEXIST)
    return refuse(kind, {fmt::format("{} existe déjà et n'a pas été remplacé", path.string()),
                         fmt::format("{} exists already and was not replaced", path.string())});
  return refuse(kind, {fmt::format("{} : {}", path.string(), reason), fmt::format("{}: {}", path.string(), reason)});
}

Result<void> write_out(const std::filesystem::path& path, int flags, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600));
  if (file.number() < 0) return refuse_file(path, errno);
  // The mode given to open() is narrowed by the umask, and an existing temporary file keeps its own.
  if (::fchmod(file.number(), 0600) != 0) return refuse_file(path, errno);
  while (!text.empty()) {
    const ssize_t written = ::write(file.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return refuse_file(path, errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.number()) != 0) return refuse_file(path, errno);
  return {};
}

Result<void> sync_folder_of(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || ::fsync(opened.number()) != 0) return refuse_file(folder, errno);
  return {};
}

}  // namespace

Result<std::string> load_secret(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return refuse_file(path, errno);
  struct stat state{};
  if (::fstat(file.number(), &state) != 0) return refuse_file(path, errno);
  if (!S_ISREG(state.st_mode) || static_cast<std::size_t>(state.st_size) > longest)
    return invalid({fmt::format("{} n'est pas un fichier de clé", path.string()),
                    fmt::format("{} is no key file", path.string())});
  if ((state.st_mode & 077U) != 0)
    return refuse(ErrorKind::forbidden,
                  {fmt::format("{0} contient un secret et d'autres que son propriétaire y ont accès ; faites "
                               "« chmod 600 {0} », et changez la clé si quelqu'un a pu la lire",
                               path.string()),
                   fmt::format("{0} holds a secret and others than its owner have access to it; run \"chmod 600 {0}\", "
                               "and change the key if anyone may have read it",
                               path.string())});
  std::string text(static_cast<std::size_t>(state.st_size), '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(file.number(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse_file(path, errno);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

Result<void> save_secret(const std::filesystem::path& path, std::string_view text) {
  if (auto written = write_out(path, O_EXCL, text); !written) return written;
  return sync_folder_of(path);
}

Result<void> replace_secret(const std::filesystem::path& path, std::string_view text) {
  auto beside = path;
  beside += ".new";
  if (auto written = write_out(beside, O_TRUNC, text); !written) return written;
  if (::rename(beside.c_str(), path.c_str()) != 0) return refuse_file(path, errno);
  return sync_folder_of(path);
}

}  // namespace quadrille::crypto
