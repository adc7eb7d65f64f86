-- SPDX-License-Identifier: MIT
-- pread_loop N: N calls of pread through LuaJIT's FFI. Prints the nanoseconds that they took.
local ffi = require("ffi")

ffi.cdef([[
	int open(const char *path, int flags);
	long pread(int fd, void *bytes, unsigned long size, long offset);
	struct timespec { long seconds; long ns; };
	int clock_gettime(int clock, struct timespec *time);
]])

local function now_ns()
	local time = ffi.new("struct timespec")
	ffi.C.clock_gettime(1, time)
	return tonumber(time.seconds) * 1e9 + tonumber(time.ns)
end

local fd = ffi.C.open("/etc/passwd", 0)
local bytes = ffi.new("char[16]")
local sum = 0
local start = now_ns()
for i = 1, tonumber(arg[1]) do
	sum = sum + tonumber(ffi.C.pread(fd, bytes, 1, i % 16))
end
print(string.format("%d", now_ns() - start))
os.exit(sum > 0 and 0 or 1)
