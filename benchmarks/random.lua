-- Asks for lines of a list at random: path, then names and values of headers, between tabs.
local items = {}

function init(args)
  math.randomseed(os.time())
  for line in io.lines(args[1]) do
    local path, rest = line:match("^([^\t]+)\t?(.*)$")
    local headers = {}
    for name, value in rest:gmatch("([^\t]+)\t([^\t]*)") do headers[name] = value end
    items[#items + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  return items[math.random(#items)]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "us": %d, "errors": %d, "p50": %d, "p99": %d}',
    summary.requests, summary.duration,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout,
    latency:percentile(50), latency:percentile(99)
  ))
end
