#include "services/access/sign_in.h"

#include <algorithm>

#include "base/check.h"

namespace quadrille::access {

std::int64_t wait_ms_after(std::int64_t failures, int free_failures) {
  const std::int64_t beyond = failures - free_failures;
  if (beyond < 0) return 0;
  return beyond >= 10 ? longest_wait_ms : std::min(longest_wait_ms, std::int64_t{1000} << beyond);
}

Failure wrong_code() {
  return invalid({"ce code n'est pas le bon ; l'heure du téléphone est-elle juste ?",
                  "this code is not the right one; is the telephone's clock right?"},
                 "code");
}

SignIn::SignIn(crypto::PasswordCost cost, int at_once)
    : cost_(cost), nobodys_hash_(crypto::hash_password("the password of nobody", cost)), turns_(at_once) {
  CHECK(at_once >= 1 && at_once <= 64);
}

Result<std::string> SignIn::hash(std::string_view password, std::string_view login) {
  if (password.size() < password_bytes_min)
    return invalid({"au moins 12 caractères : quelques mots valent mieux qu'un mot compliqué",
                    "at least 12 characters: a few words are better than a complicated one"},
                   "password");
  if (password.size() > password_bytes_max) return invalid({"200 octets au plus", "200 bytes at most"}, "password");
  if (password.find(login) != std::string_view::npos)
    return invalid({"le mot de passe ne doit pas contenir l'identifiant", "the password must not hold the login"},
                   "password");
  turns_.acquire();
  std::string made = crypto::hash_password(password, cost_);
  turns_.release();
  return made;
}

bool SignIn::is_password(std::string_view password, const std::string& hash) {
  turns_.acquire();
  const bool is_right = crypto::is_password(password.substr(0, password_bytes_max), hash);
  turns_.release();
  return is_right;
}

}  // namespace quadrille::access
