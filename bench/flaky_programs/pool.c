// SPDX-License-Identifier: MIT
/*
 * A pool of four threads that takes jobs from a queue. About twenty functions make system calls, on
 * files in the current directory. Every run does the same work, but the threads share this work
 * differently.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define NR_THREADS 4
#define NR_JOBS	   400

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int next_job, nr_ready, nr_done;
static int log_fd;

static void read_whole(const char *path)
{
	char buffer[256];
	int fd = open(path, O_RDONLY);

	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void write_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (write(fd, "some text\n", 10) != 10)
		abort();
#ifdef PLANTED
	fsync(fd);
#endif
	close(fd);
}

static void look(const char *path)
{
	struct stat status;

	if (stat(path, &status) == 0)
		access(path, R_OK);
}

static void move_about(const char *path, const char *other)
{
	rename(path, other);
	unlink(other);
}

static void read_at(const char *path)
{
	char buffer[16];
	int fd = open(path, O_RDONLY);

	if (pread(fd, buffer, sizeof(buffer), 3) < 0 || lseek(fd, 0, SEEK_END) < 0)
		abort();
	close(fd);
}

static void log_line(int job)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "job %d\n", job);
	struct iovec parts[2] = { { text, (size_t)length }, { "ok\n", 3 } };

	if (writev(log_fd, parts, 2) < 0)
		abort();
}

static void pipe_round(void)
{
	int ends[2];
	char byte = 1;

	if (pipe(ends) || write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
		abort();
	close(ends[0]);
	close(ends[1]);
}

static void list(const char *path)
{
	DIR *directory = opendir(path);

	while (directory && readdir(directory))
		;
	closedir(directory);
}

/*
 * Allocates memory of many sizes. How often the C library asks the kernel for memory depends on the
 * threads.
 */
static void use_memory(int job)
{
	char *blocks[64];

	for (int i = 0; i < 64; i++) {
		blocks[i] = malloc((size_t)(job * 37 + i * 411) % 9000 + 1);
		blocks[i][0] = (char)i;
	}
	for (int i = 0; i < 64; i++)
		free(blocks[i]);
	free(memset(malloc(200000), 1, 200000));
}

static void work(int job)
{
	char path[32], other[32];

	snprintf(path, sizeof(path), "new.%d", job);
	snprintf(other, sizeof(other), "old.%d", job);
	read_whole("input");
	use_memory(job);
	write_new(path);
	look(path);
	read_at(path);
	move_about(path, other);
	log_line(job);
	if (job % 8 == 0)
		pipe_round();
	if (job % 40 == 0)
		list("folder");
	if (job % 100 == 0)
		usleep(1000);
}

static void *worker(void *unused)
{
	pthread_mutex_lock(&lock);
	while (next_job < NR_JOBS) {
		int job;

		while (next_job >= nr_ready)
			pthread_cond_wait(&changed, &lock);
		if (next_job == NR_JOBS)
			break;
		job = next_job++;
		pthread_mutex_unlock(&lock);
		work(job);
		pthread_mutex_lock(&lock);
		nr_done++;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[NR_THREADS];

	mkdir("folder", 0755);
	log_fd = open("log", O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_create(&threads[i], NULL, worker, NULL);
	for (int i = 0; i < NR_JOBS; i += 10) {
		pthread_mutex_lock(&lock);
		nr_ready = i + 10;
		pthread_cond_broadcast(&changed);
		pthread_mutex_unlock(&lock);
	}
	pthread_mutex_lock(&lock);
	while (nr_done < NR_JOBS)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < NR_THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%d jobs\n", nr_done);
	return close(log_fd);
}
