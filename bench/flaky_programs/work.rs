// SPDX-License-Identifier: MIT

// Threads take jobs from a channel, and read and write files.
use std::fs;
use std::io::Write;
use std::sync::{mpsc, Arc, Mutex};
use std::thread;

const PLANTED: bool = false;

#[inline(never)]
fn read_config() -> Vec<u8> {
    fs::read("input").unwrap()
}

#[inline(never)]
fn write_result(job: usize, data: &[u8]) {
    let name = format!("result.{}", job);
    let mut file = fs::File::create(&name).unwrap();
    file.write_all(&data[..16]).unwrap();
    if PLANTED {
        file.sync_all().unwrap();
    }
    drop(file);
    fs::remove_file(&name).unwrap();
}

fn main() {
    let (sender, receiver) = mpsc::channel::<usize>();
    let receiver = Arc::new(Mutex::new(receiver));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let receiver = Arc::clone(&receiver);
            thread::spawn(move || {
                let mut total = 0;
                loop {
                    let job = match receiver.lock().unwrap().recv() {
                        Ok(job) => job,
                        Err(_) => return total,
                    };
                    let data = read_config().repeat(30);
                    write_result(job, &data);
                    total += data.len();
                }
            })
        })
        .collect();
    for job in 0..200 {
        sender.send(job).unwrap();
    }
    drop(sender);
    let total: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    println!("{}", total);
}
