import { ask } from "../api/client";
import type { RequestCreated, RequestRules, RequestStatisticsRow, ServiceRequestPage, ServiceRequestView } from "../api/types";

const at = (slug: string, rest: string) => `/api/v1/territories/${encodeURIComponent(slug)}${rest}`;
const post = <T>(path: string, body: unknown) => ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const requestsApi = {
  rules: (slug: string) => ask<RequestRules>(at(slug, "/request-rules")),
  page: (slug: string, query: string) => ask<ServiceRequestPage>(at(slug, `/requests?${query}`)),
  show: (slug: string, code: string) => ask<ServiceRequestView>(at(slug, `/requests/${encodeURIComponent(code)}`)),
  add: (slug: string, body: unknown) => post<RequestCreated>(at(slug, "/requests"), body),
  step: (slug: string, code: string, body: unknown) => post<ServiceRequestView>(at(slug, `/requests/${encodeURIComponent(code)}/steps`), body),
  statistics: (slug: string) => ask<RequestStatisticsRow[]>(at(slug, "/request-statistics")),
};
