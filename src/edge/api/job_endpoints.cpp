#include <charconv>

#include "edge/api/api.h"
#include "edge/api/jobs.h"
#include "edge/api/picture_cache.h"
#include "edge/api/picture_query.h"
#include "edge/api/wire.h"

namespace quadrille::api {
namespace {

constexpr double wait_seconds_max = 0.5;

wire::Job to_wire(const JobView& view) {
  wire::Job job{view.id, view.kind, view.state, view.share_done, view.seconds, view.seconds_left, std::nullopt};
  if (view.problem) job.problem = view.problem->message;
  return job;
}

Result<std::int64_t> job_id(const std::string& text) {
  std::int64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || stop != text.data() + text.size())
    return refuse(ErrorKind::not_found, {"un calcul a un numéro", "a job has a number"}, "id");
  return value;
}

// ?wait_ms=: how long the answer may wait for the end.
Result<double> wait_of(const http::Request& request) {
  const auto text = request.parameter("wait_ms");
  if (!text) return 0.0;
  int value = 0;
  const auto [stop, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure != std::errc() || stop != text->data() + text->size() || value < 0)
    return invalid({"il faut un nombre entier de millisecondes", "a whole number of milliseconds is needed"},
                   "wait_ms");
  return std::min(value / 1000.0, wait_seconds_max);
}

Result<JobOwner> owner_of(Context& context, const Call& call) {
  const auto territory = territory::find(*context.database.read(), call.path[0]);
  if (!territory) return Failure(territory.error());
  return JobOwner{territory->slug, call.asker.actor()};
}

Jobs::Work picture_work(Context& context, const territory::Territory& territory,
                        const studies::PictureParameters& parameters) {
  return [&pictures = context.pictures, &database = context.database, territory,
          parameters](Jobs::Handle& handle) -> Result<void> {
    const auto wish = std::make_shared<PictureCache::Wish>();
    handle.show([&pictures, wish] { return pictures.share_done(*wish); });
    handle.when_cancelled([&pictures, wish] { pictures.withdraw(*wish); });
    const auto snapshot = database.read();
    const auto made = pictures.get(*snapshot, territory, parameters, *wish);
    return made ? Result<void>() : Failure(made.error());
  };
}

Result<http::Response> start_job(Context& context, const Call& call) {
  if (const auto fine = check_json_body(call.request); !fine) return Failure(fine.error());
  const auto wait = wait_of(call.request);
  if (!wait) return Failure(wait.error());
  const auto wanted = wire::read_new_job(call.request.body);
  if (!wanted) return Failure(wanted.error());
  const auto query = to_query(wanted->query);
  if (!query) return Failure(query.error());
  auto snapshot = context.database.read();
  const auto territory = territory::find(*snapshot, call.path[0]);
  if (!territory) return Failure(territory.error());
  const auto parameters = studies::complete(*query, *snapshot, *territory);
  if (!parameters) return Failure(parameters.error());
  const JobOwner owner{territory->slug, call.asker.actor()};
  const auto job = context.pictures.has(*territory, *parameters)
                       ? Result<JobView>(context.jobs.add_done(JobKind::picture, owner))
                       : context.jobs.start(JobKind::picture, owner, picture_work(context, *territory, *parameters));
  if (!job) return Failure(job.error());
  const auto view = context.jobs.find(owner, job->id, *wait);
  if (!view) return Failure(view.error());
  auto response = json_response(wire::text_of(to_wire(*view)), 201);
  response.headers.emplace_back("Location",
                                "/api/v1/territories/" + territory->slug + "/jobs/" + std::to_string(job->id));
  return response;
}

Result<http::Response> list_jobs(Context& context, const Call& call) {
  const auto owner = owner_of(context, call);
  if (!owner) return Failure(owner.error());
  std::vector<wire::Job> jobs;
  for (const auto& view : context.jobs.list(*owner)) jobs.push_back(to_wire(view));
  return json_response(wire::text_of(jobs));
}

Result<http::Response> show_job(Context& context, const Call& call) {
  const auto owner = owner_of(context, call);
  if (!owner) return Failure(owner.error());
  const auto id = job_id(call.path[1]);
  if (!id) return Failure(id.error());
  const auto wait = wait_of(call.request);
  if (!wait) return Failure(wait.error());
  const auto view = context.jobs.find(*owner, *id, *wait);
  if (!view) return Failure(view.error());
  return json_response(wire::text_of(to_wire(*view)));
}

Result<http::Response> cancel_job(Context& context, const Call& call) {
  const auto owner = owner_of(context, call);
  if (!owner) return Failure(owner.error());
  const auto id = job_id(call.path[1]);
  if (!id) return Failure(id.error());
  const auto view = context.jobs.cancel(*owner, *id);
  if (!view) return Failure(view.error());
  return json_response(wire::text_of(to_wire(*view)));
}

const Parameter wait_parameter{"wait_ms", R"({"type":"integer","minimum":0,"maximum":500})",
                               "How long the answer may wait for the end of the job"};

}  // namespace

std::vector<Endpoint> job_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/jobs",
           .summary = "The caller's jobs since the server started, newest first",
           .needs = access::Capability::see_picture,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/Job"}})",
           .handle = list_jobs},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/jobs",
           .summary = "Starts a job that makes a picture; once done, the picture is there to be asked for",
           .needs = access::Capability::see_picture,
           .query = {wait_parameter},
           .response = "Job",
           .request_schema = "NewJob",
           .handle = start_job},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/jobs/{id}",
           .summary = "How far a job is",
           .needs = access::Capability::see_picture,
           .query = {wait_parameter},
           .response = "Job",
           .handle = show_job},
          {.method = "DELETE",
           .path = "/api/v1/territories/{slug}/jobs/{id}",
           .summary = "Cancels a job; one that has ended stays as it is",
           .needs = access::Capability::see_picture,
           .query = {},
           .response = "Job",
           .handle = cancel_job}};
}

}  // namespace quadrille::api
