-- Audit entries in the order of their numbers.
--
-- KEYS[1]  the stream
-- ARGV[1]  the first number
-- ARGV[2]  at most so many entries
-- Returns  { now in ms, { { number, ms, event }, … } }

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entries = {}
-- COUNT 0 answers nil instead of an empty list.
local found = redis.call('XRANGE', KEYS[1], ARGV[1] .. '-0', '+', 'COUNT', ARGV[2]) or {}
for _, entry in ipairs(found) do
  local number, at = string.match(entry[1], '^(%d+)-(%d+)$')
  entries[#entries + 1] = { number, at, entry[2][2] }
end
return { string.format('%.0f', now), entries }
