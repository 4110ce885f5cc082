-- Load for wrk: `create` posts a different document each time, `get` goes round existing ones,
-- `clean` has a small document cleaned by a utility.
-- Arguments: create|get|clean, API key, file of ids (one a line).

local headers = { ["Content-Type"] = "application/json" }
local path = "/api/v1/documents"
local body = '{"name":"customer-records-%07d","description":"Imported customer records, batch %d",'
  .. '"tags":["crm","import"],"contentText":"{\\"customers\\": [{\\"id\\": %d, '
  .. '\\"email\\": \\"ada.%d@example.com\\", \\"name\\": \\"Ada Lovelace\\", \\"plan\\": \\"pro\\", '
  .. '\\"tags\\": [\\"early\\", \\"berlin\\"], \\"balance\\": 1250.75, '
  .. '\\"address\\": {\\"city\\": \\"Berlin\\", \\"zip\\": \\"10115\\"}}]}\\n"}'
local count, requests = 0, {}

local function create()
  count = count + 1
  return wrk.format("POST", path, headers, string.format(body, count, count, count, count))
end

local cleaned = '{"inputs":{"primary":{"id":%d,"name":"  Ada Lovelace ","note":null,'
  .. '"tags":[" early ",null,"berlin"],"address":{"city":"Berlin ","zip":null}}},'
  .. '"config":{"trimStrings":true,"removeNulls":true}}'

local function clean()
  count = count + 1
  return wrk.format("POST", "/api/v1/utilities/schema.clean-json", headers,
    string.format(cleaned, count))
end

local function get()
  count = count % #requests + 1
  return requests[count]
end

function init(args)
  headers["Authorization"] = "Bearer " .. args[2]
  count = os.time() % 1000 * 1000
  request = args[1] == "clean" and clean or create
  if args[1] == "get" then
    for id in io.lines(args[3]) do
      requests[#requests + 1] = wrk.format("GET", path .. "/" .. id, headers)
    end
    request = get
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"failed":%d}\n',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, failed))
end
