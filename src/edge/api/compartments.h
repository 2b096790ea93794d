#pragma once

#include "edge/api/compartment_wire.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/audit/recorder.h"
#include "services/territory/territory.h"

// What a member is shown of their compartments: the same for the API and the command line.

namespace quadrille::api {

// Those the asker is in, with their members; in the log before it is answered.
[[nodiscard]] wire::CompartmentsView look_at_compartments(database::Database& database, access::Access& access,
                                                          audit::Recorder& recorder,
                                                          const territory::Territory& territory,
                                                          const access::Asker& asker);

}  // namespace quadrille::api
