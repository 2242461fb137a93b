-- Adds a seal to the chain, unless another one is there by now.
--
-- KEYS[1]  the sorted set of seals by their last numbers
-- KEYS[2]  the stream of audit entries
-- ARGV[1]  its first number
-- ARGV[2]  its last number
-- ARGV[3]  the seal
-- Returns  1, or 0 when it does not follow the newest
--
-- Invariant: the seals are over all numbers from the first one's on, each over those after its predecessor's. They go
-- from the front only, and only when all their entries are gone.

local newest = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if newest[2] and tonumber(newest[2]) ~= tonumber(ARGV[1]) - 1 then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])

local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
if first[1] then
  local number = tonumber(string.match(first[1][1], '^%d+'))
  -- A bounded step, yet more than is added.
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 9, 'WITHSCORES')
  for i = 1, #oldest, 2 do
    if tonumber(oldest[i + 1]) < number then
      redis.call('ZREM', KEYS[1], oldest[i])
    end
  end
end
return 1
