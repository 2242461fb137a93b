-- Counts attempts of one key within a window that begins with the first of them.
-- KEYS: the counter, "<count>|<end of the window, ms>". ARGV: how many, length of the window in seconds.
-- Returns {count, ms until the window ends}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count, ends = 0, now + ARGV[2] * 1000
local stored = redis.call('GET', KEYS[1])
if stored then
  local counted, until_ms = string.match(stored, '^(%d+)|(%d+)$')
  if counted and tonumber(until_ms) > now then
    count, ends = tonumber(counted), tonumber(until_ms)
  end
end
count = count + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f|%.0f', count, ends), 'PX', string.format('%.0f', ends - now))
return { count, ends - now }
