-- The generic cell rate algorithm (ATM Forum TM 4.0, GCRA) for many callers in one atomic call.
--
-- Each key holds the theoretical arrival time of its next request, in microseconds of this server's
-- clock. A caller has one or more keys; so many of its requests are taken as all of them allow.
-- ARGV: callers, then per caller: requests, keys, then per key: microseconds a request, a period.
-- Answers now and, per caller, how many were taken, then per key where it stood before them.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = {string.format('%.0f', now)}
local place, key = 2, 0
for _ = 1, ARGV[1] do
    local requests, keys = tonumber(ARGV[place]), tonumber(ARGV[place + 1])
    place = place + 2
    local taken, stood = requests, {}
    for i = 1, keys do
        local each, period = tonumber(ARGV[place + 2 * i - 2]), tonumber(ARGV[place + 2 * i - 1])
        local due = math.max(tonumber(redis.call('GET', KEYS[key + i]) or 0), now)
        stood[i] = due
        -- A thousandth of a microsecond, for what divided once does not always come out even.
        taken = math.min(taken, math.max(0, math.floor((now + period - due) / each + 0.000001)))
    end
    answer[#answer + 1] = taken
    for i = 1, keys do
        answer[#answer + 1] = string.format('%.0f', stood[i])
        if taken > 0 then
            local due = stood[i] + taken * tonumber(ARGV[place + 2 * i - 2])
            local left = math.ceil((due - now) / 1000)
            redis.call('SET', KEYS[key + i], string.format('%.3f', due), 'PX', left)
        end
    end
    place, key = place + 2 * keys, key + keys
end
return answer
