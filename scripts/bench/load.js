// The load of load.lua for k6, where wrk is missing: slower itself, so ratios come out lower.
// Settings come by environment: MODE (create, get or clean), URL, KEY, IDS (file of ids, one a line).
import exec from "k6/execution";
import http from "k6/http";

const path = `${__ENV.URL}/api/v1/documents`;
const headers = { "Content-Type": "application/json", Authorization: `Bearer ${__ENV.KEY}` };
const ids = __ENV.MODE === "get" ? open(__ENV.IDS).trim().split("\n") : [];

export const options = {
  discardResponseBodies: true,
  summaryTrendStats: ["med", "p(99)"],
};

function body(n) {
  const contentText =
    `{"customers": [{"id": ${n}, "email": "ada.${n}@example.com", "name": "Ada Lovelace", ` +
    `"plan": "pro", "tags": ["early", "berlin"], "balance": 1250.75, ` +
    `"address": {"city": "Berlin", "zip": "10115"}}]}\n`;
  return JSON.stringify({
    name: `customer-records-${n}`,
    description: `Imported customer records, batch ${n}`,
    tags: ["crm", "import"],
    contentText,
  });
}

function cleaned(n) {
  const primary = {
    id: n,
    name: "  Ada Lovelace ",
    note: null,
    tags: [" early ", null, "berlin"],
    address: { city: "Berlin ", zip: null },
  };
  return JSON.stringify({ inputs: { primary }, config: { trimStrings: true, removeNulls: true } });
}

export default function () {
  const n = exec.scenario.iterationInTest;
  if (__ENV.MODE === "clean") {
    http.post(`${__ENV.URL}/api/v1/utilities/schema.clean-json`, cleaned(n), { headers });
  } else if (ids.length) {
    http.get(`${path}/${ids[n % ids.length]}`, { headers });
  } else {
    http.post(path, body(n), { headers });
  }
}

export function handleSummary(data) {
  const taken = data.metrics.http_req_duration.values;
  const line = {
    requests: data.metrics.http_reqs.values.count,
    seconds: data.state.testRunDurationMs / 1000,
    p50_ms: taken.med,
    p99_ms: taken["p(99)"],
    failed: data.metrics.http_req_failed.values.passes,
  };
  return { stdout: `${JSON.stringify(line)}\n` };
}
