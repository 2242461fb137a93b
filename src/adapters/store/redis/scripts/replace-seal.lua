-- Puts a seal in the place of the one over the same numbers.
--
-- KEYS[1]  the sorted set of seals by their last numbers
-- ARGV[1]  how the seal over these numbers begins
-- ARGV[2]  its last number
-- ARGV[3]  the seal
-- Returns  1, or 0 when there is none

for _, seal in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[2], ARGV[2], 'BYSCORE')) do
  if string.sub(seal, 1, #ARGV[1]) == ARGV[1] then
    redis.call('ZREM', KEYS[1], seal)
    redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
    return 1
  end
end
return 0
