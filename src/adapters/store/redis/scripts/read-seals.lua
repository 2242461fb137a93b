-- Seals of the audit trail in their order.
--
-- KEYS[1]  the sorted set of seals by their last numbers
-- ARGV[1]  the last number of the first one at least; 'newest' for the last seal alone
-- ARGV[2]  at most so many
-- Returns  { seal, … }

if ARGV[1] == 'newest' then
  return redis.call('ZRANGE', KEYS[1], -1, -1)
end
return redis.call('ZRANGE', KEYS[1], ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2])
