// SPDX-License-Identifier: MIT

import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Reads and writes files, in a pool of four threads. */
public class Work {
	static final boolean PLANTED = false;
	static final AtomicLong total = new AtomicLong();

	static byte[] readConfig() throws Exception {
		return Files.readAllBytes(Path.of("input"));
	}

	static void writeResult(int job, byte[] data) throws Exception {
		Path path = Path.of("result." + job);
		try (FileOutputStream out = new FileOutputStream(path.toFile())) {
			out.write(data, 0, 16);
			if (PLANTED)
				out.getFD().sync();
		}
		Files.delete(path);
	}

	static void handle(int job) {
		try {
			byte[] data = readConfig();
			writeResult(job, data);
			total.addAndGet(new String(data).repeat(40).length());
		} catch (Exception error) {
			throw new RuntimeException(error);
		}
	}

	public static void main(String[] args) throws Exception {
		var pool = Executors.newFixedThreadPool(4);
		for (int job = 0; job < 100; job++) {
			int number = job;
			pool.submit(() -> handle(number));
		}
		pool.shutdown();
		pool.awaitTermination(60, TimeUnit.SECONDS);
		System.out.println(total);
	}
}
