// SPDX-License-Identifier: MIT

import java.io.RandomAccessFile;

/**
 * ReadLoop THREADS N: makes N calls, seek and read in turn, in each of THREADS threads. Prints the
 * nanoseconds that they took. Before that, the loop runs until the JVM has compiled it.
 */
class ReadLoop {
	static final int WARM_UP = 30000;

	static long readBytes(RandomAccessFile file, int nr) throws Exception {
		long sum = 0;
		for (int i = 0; i < nr; i += 2) {
			file.seek(i & 15);
			sum += file.read();
		}
		return sum;
	}

	static void run(int nrThreads, int nr) throws Exception {
		Thread[] threads = new Thread[nrThreads];
		for (int i = 0; i < nrThreads; i++) {
			threads[i] = new Thread(() -> {
				try (RandomAccessFile file = new RandomAccessFile("/etc/passwd", "r")) {
					if (readBytes(file, nr) < 0)
						System.exit(1);
				} catch (Exception error) {
					System.exit(1);
				}
			});
			threads[i].start();
		}
		for (Thread thread : threads)
			thread.join();
	}

	public static void main(String[] arguments) throws Exception {
		int nrThreads = Integer.parseInt(arguments[0]);
		int nr = Integer.parseInt(arguments[1]);
		run(nrThreads, WARM_UP);
		long start = System.nanoTime();
		run(nrThreads, nr);
		System.out.println(System.nanoTime() - start);
	}
}
