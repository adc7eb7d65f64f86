// SPDX-License-Identifier: MIT
// Latency buckets as in profile/model/histogram.h: below 16 ns one for each value, above that eight for each power of
// two. The figures of a group of calls are sums over its buckets.

const NR_BUCKETS = 496;

export function bucketLower(bucket) {
	return bucket < 8 ? bucket : (8 + bucket % 8) * 2 ** ((bucket >> 3) - 1);
}

export function bucketUpper(bucket) {
	return bucketLower(bucket + 1) - 1;
}

/* Returns the position of @ns on a logarithmic axis: its bucket, plus how far it is into the bucket. */
export function bucketPosition(ns) {
	if (ns < 8)
		return ns;
	const shift = Math.floor(Math.log2(ns)) - 3;

	return (shift << 3) + ns / 2 ** shift;
}

/* Returns the mean of the calls in @bucket, which is used for each of them. */
function bucketMean(sums, bucket) {
	const mean = Math.floor(sums.time[bucket] / sums.calls[bucket]);

	return Math.min(Math.max(mean, bucketLower(bucket)), bucketUpper(bucket));
}

function percentile(sums, fraction) {
	const wanted = fraction * sums.total;
	let reached = 0, bucket = 0;

	for (let i = 0; i < NR_BUCKETS; i++) {
		if (!sums.calls[i])
			continue;
		bucket = i;
		reached += sums.calls[i];
		if (reached >= wanted)
			break;
	}
	return sums.total ? bucketMean(sums, bucket) : 0;
}

const room = { calls: new Float64Array(NR_BUCKETS), time: new Float64Array(NR_BUCKETS) };

/* Returns the sums, percentiles and, with @wantsBuckets, [bucket, calls] pairs of the groups in @list. */
export function summarize(profile, list, wantsBuckets = false) {
	const { groups, buckets } = profile;
	const sums = { calls: 0, errors: 0, time: 0, bytes: 0, total: 0 };

	room.calls.fill(0);
	room.time.fill(0);
	for (const group of list) {
		for (let k = groups.first[group]; k < groups.first[group + 1]; k++) {
			room.calls[buckets.bucket[k]] += buckets.calls[k];
			room.time[buckets.bucket[k]] += buckets.time[k];
		}
		for (const metric of ["calls", "errors", "time", "bytes"])
			sums[metric] += groups[metric][group];
	}
	const latencies = { calls: room.calls, time: room.time, total: sums.calls };
	const result = {
		...sums,
		mean: sums.calls ? Math.floor(sums.time / sums.calls) : 0,
		p50: percentile(latencies, 0.5),
		p90: percentile(latencies, 0.9),
		p99: percentile(latencies, 0.99),
		max: percentile(latencies, 1),
	};
	if (wantsBuckets) {
		result.buckets = [];
		for (let i = 0; i < NR_BUCKETS; i++) {
			if (room.calls[i])
				result.buckets.push([i, room.calls[i], room.time[i]]);
		}
	}
	return result;
}
