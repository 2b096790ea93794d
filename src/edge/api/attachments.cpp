#include <fmt/format.h>

#include "edge/api/api.h"
#include "edge/api/attachment_wire.h"
#include "services/notes/note_attachments.h"
#include "services/territory/territory.h"

// Photographs and documents of notes: sent as they are, one a request, and given back as files that can do nothing.

namespace quadrille::api {
namespace {

using access::Capability;

notes::NoteAttachments attachments_of(Context& context) {
  return {context.database, context.access, context.recorder, context.chance};
}

Result<territory::Territory> territory_of(Context& context, const Call& call) {
  return territory::find(*context.database.read(), call.path[0]);
}

Result<http::Response> list_attachments(Context& context, const Call& call) {
  const auto territory = territory_of(context, call);
  if (!territory) return Failure(territory.error());
  const auto found = attachments_of(context).list(*territory, call.path[1], call.asker);
  if (!found) return Failure(found.error());
  std::vector<wire::AttachmentView> out;
  for (const auto& one : *found)
    out.push_back({one.code, one.media_type, one.size, one.sha256, one.removed, one.added_at,
                   one.person == call.asker.viewer.person});
  return json_response(wire::text_of(out));
}

Result<http::Response> add_attachment(Context& context, const Call& call) {
  const auto territory = territory_of(context, call);
  if (!territory) return Failure(territory.error());
  const auto file = notes::clean_file(call.request.parameter("name").value_or(""), call.request.body);
  if (!file) return Failure(file.error());
  const auto code = attachments_of(context).add(*territory, call.path[1], *file, call.asker);
  if (!code) return Failure(code.error());
  auto response = json_response(wire::text_of(wire::AttachmentAdded{*code, file->removed}), 201);
  response.headers.emplace_back(
      "Location", fmt::format("/api/v1/territories/{}/notes/{}/attachments/{}", territory->slug, call.path[1], *code));
  return response;
}

Result<http::Response> show_attachment(Context& context, const Call& call) {
  const auto territory = territory_of(context, call);
  if (!territory) return Failure(territory.error());
  const auto use = call.request.parameter("take") ? notes::AttachmentUse::taken : notes::AttachmentUse::shown;
  auto found = attachments_of(context).open(*territory, call.path[1], call.path[2], use, call.asker);
  if (!found) return Failure(found.error());
  const bool is_shown = use == notes::AttachmentUse::shown && found->attachment.media_type.starts_with("image/");
  http::Response response{
      .content_type = found->attachment.media_type, .headers = {}, .body = std::move(found->bytes), .gzip_body = {}};
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("{}; filename=\"{}\"", is_shown ? "inline" : "attachment", notes::file_name_of(found->attachment)));
  response.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<http::Response> remove_attachment(Context& context, const Call& call) {
  const auto territory = territory_of(context, call);
  if (!territory) return Failure(territory.error());
  if (auto removed = attachments_of(context).remove(*territory, call.path[1], call.path[2], call.asker); !removed)
    return Failure(removed.error());
  return json_response(wire::text_of(wire::AttachmentRemoved{}));
}

}  // namespace

std::vector<Endpoint> attachment_endpoints() {
  return {{.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}/attachments",
           .summary = "Attachments of a note, in order of addition",
           .needs = Capability::read_notes,
           .query = {},
           .response = R"({"type":"array","items":{"$ref":"#/components/schemas/AttachmentView"}})",
           .handle = list_attachments},
          {.method = "POST",
           .path = "/api/v1/territories/{slug}/notes/{code}/attachments",
           .summary = "Attaches a photograph (JPEG, PNG, WebP) or a PDF; the body is the file",
           .needs = Capability::submit_note,
           .query = {{"name", R"({"type":"string"})",
                      "Name of the file: its ending must agree with its content; not kept"}},
           .response = "AttachmentAdded",
           .body_bytes_max = notes::attachment_bytes_max,
           .handle = add_attachment},
          {.method = "GET",
           .path = "/api/v1/territories/{slug}/notes/{code}/attachments/{attachment}",
           .summary = "An attachment's bytes, under its note's handling code",
           .needs = Capability::read_notes,
           .query = {{"take", R"({"type":"string"})", "Present: as a file, which is an export"}},
           .response = R"({"type":"string","format":"binary"})",
           .media_type = "application/octet-stream",
           .handle = show_attachment},
          {.method = "DELETE",
           .path = "/api/v1/territories/{slug}/notes/{code}/attachments/{attachment}",
           .summary = "Erases an attachment",
           .needs = Capability::submit_note,
           .query = {},
           .response = "AttachmentRemoved",
           .handle = remove_attachment}};
}

}  // namespace quadrille::api
