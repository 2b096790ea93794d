#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/crypto/chance.h"
#include "host/database/database.h"
#include "services/access/access.h"
#include "services/audit/recorder.h"
#include "services/notes/request_statistics.h"
#include "services/notes/requests.h"
#include "services/territory/territory.h"

// Requests as people use them, page, program or command line: each change is one transaction; each look, an empty
// answer included, is in the audit log before it is shown. Capabilities are asked by the edge.

namespace quadrille::notes {

struct RequestView {
  ServiceRequest request;
  ClockReading clock;
  std::vector<RequestEvent> events;      // of one request; empty in lists
  std::vector<RequestStepOffer> offers;  // of one request; those of the asker's side
  bool is_ours = false;                  // the asker's service asked it
};

struct RequestPage {
  std::vector<RequestView> requests;
  std::string next;  // cursor of the next page; empty: this was the last
};

class RequestDesk {
 public:
  RequestDesk(database::Database& database, access::Access& access, audit::Recorder& recorder, crypto::Chance& chance)
      : database_(database), access_(access), recorder_(recorder), chance_(chance) {}

  [[nodiscard]] Result<std::string> ask(const territory::Territory& territory, const NewRequest& wanted,
                                        const access::Asker& asker);
  // A note as the subject of a request; refused as not found unless the asker may read it.
  [[nodiscard]] Result<AboutNote> note_coded(const territory::Territory& territory, std::string_view code,
                                             const access::Asker& asker);
  [[nodiscard]] Result<RequestView> take_step(const territory::Territory& territory, std::string_view code,
                                              const RequestStepInput& input, const access::Asker& asker);

  // Refused: `limit` outside 1 to 200, a `cursor` that none of our pages gave.
  [[nodiscard]] Result<RequestPage> list(const territory::Territory& territory, const RequestFilter& filter, int limit,
                                         std::string_view cursor, const access::Asker& asker);
  [[nodiscard]] Result<RequestView> find(const territory::Territory& territory, std::string_view code,
                                         const access::Asker& asker);
  [[nodiscard]] std::vector<ServiceStatistics> statistics(const territory::Territory& territory, Period asked_in,
                                                          const access::Asker& asker);

 private:
  void record_look(const territory::Territory& territory, std::string subject, std::string details, std::string outcome,
                   const std::optional<ServiceRequestId>& request, const access::Asker& asker);

  database::Database& database_;
  access::Access& access_;
  audit::Recorder& recorder_;
  crypto::Chance& chance_;
};

// "1792800000000.abcdefghijklmnop": moment and code of the last request shown; both were shown.
[[nodiscard]] std::string format_cursor(const RequestCursor& cursor);
[[nodiscard]] std::optional<RequestCursor> parse_cursor(std::string_view text);

}  // namespace quadrille::notes
