-- One step of copying the audit trail with other texts; the last step puts the copy in its place. Entries of a stream
-- can't be changed, and one that is deleted stays in its memory and files until its neighbours go too.
--
-- KEYS[1]  the stream
-- KEYS[2]  the copy
-- KEYS[3]  who makes the copy: there while somebody does
-- ARGV[1]  who asks
-- ARGV[2]  after so many ms the copy is given up
-- ARGV[3]  the id of the last entry copied; empty for the first step
-- ARGV[4]  copy up to this number
-- ARGV[5…] number, present text and new text of each entry to change among these
-- Returns  { 'more', id of the last entry copied }, { 'done' } or { 'conflict' }
--
-- Invariant: between the last entry's copy and the exchange nothing is written, and everything that was copied was
-- copied by whoever exchanges it.

local change = {}
for i = 5, #ARGV, 3 do
  change[ARGV[i]] = { from = ARGV[i + 1], to = ARGV[i + 2] }
end

local owner = redis.call('GET', KEYS[3])
local begins = ARGV[3] == ''
if begins then
  if owner then
    return { 'conflict' }
  end
else
  local copied = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
  if owner ~= ARGV[1] or not copied[1] or copied[1][1] ~= ARGV[3] then
    return { 'conflict' }
  end
end

local start = begins and '-' or '(' .. ARGV[3]
local entries = redis.call('XRANGE', KEYS[1], start, ARGV[4])
for _, entry in ipairs(entries) do
  local changed = change[string.match(entry[1], '^%d+')]
  if changed and changed.from ~= entry[2][2] then
    redis.call('DEL', KEYS[2], KEYS[3])
    return { 'conflict' }
  end
end

if begins then
  redis.call('DEL', KEYS[2])
end
local copied_to = ARGV[3]
for _, entry in ipairs(entries) do
  local changed = change[string.match(entry[1], '^%d+')]
  redis.call('XADD', KEYS[2], entry[1], 'event', changed and changed.to or entry[2][2])
  copied_to = entry[1]
end

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] and last[1][1] == copied_to then
  redis.call('RENAME', KEYS[2], KEYS[1])
  redis.call('PERSIST', KEYS[1])
  redis.call('DEL', KEYS[3])
  return { 'done' }
end
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return { 'more', copied_to }
