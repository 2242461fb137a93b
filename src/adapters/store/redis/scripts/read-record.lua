-- One record, with the time at which it was so.
--
-- KEYS[1]  the record
-- Returns  { now in ms, record or nil }

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return { string.format('%.0f', now), redis.call('GET', KEYS[1]) }
