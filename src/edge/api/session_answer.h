#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "edge/api/account_wire.h"
#include "edge/api/api.h"
#include "services/access/sign_in.h"

// What signing in and one's own account answer with.

namespace quadrille::api {

// SessionView: who is signed in, as the session stands after this call.
[[nodiscard]] http::Response session_response(Context& context, const access::Asker& asker,
                                              const std::optional<access::Session>& session, int status = 200);
// The same of a session that is opened now, with its cookie; the one that the call came in ends.
[[nodiscard]] http::Response opened_response(Context& context, const Call& call, const access::Proven& proven,
                                             std::string_view method);
// 401, or 429 with how long to wait.
[[nodiscard]] http::Response refused_response(const access::SignInRefusal& refusal, Language language);
[[nodiscard]] Failure only_in_a_session();  // forbidden, field `session`

[[nodiscard]] access::Viewer viewer_of(Context& context, const access::Person& person, access::Proof proof, Instant at);
[[nodiscard]] std::vector<wire::WaitingRoleView> roles_to_wire(database::Snapshot& snapshot,
                                                               const std::vector<access::Habilitation>& held);

}  // namespace quadrille::api
