// SPDX-License-Identifier: MIT

//! readers THREADS ROUNDS: in each round, each thread opens a file, reads it, asks for its status and
//! closes it. Prints the nanoseconds that all rounds took.

use std::fs::File;
use std::io::Read;
use std::time::Instant;

fn make_rounds(rounds: u64) {
    for _ in 0..rounds {
        let mut bytes = [0u8; 64];
        let mut file = File::open("/etc/passwd").unwrap();
        let size = file.read(&mut bytes).unwrap() as u64;
        assert!(file.metadata().unwrap().len() >= size);
    }
}

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let start = Instant::now();
    let rounds = numbers[1];
    let threads: Vec<_> =
        (0..numbers[0]).map(|_| std::thread::spawn(move || make_rounds(rounds))).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{}", start.elapsed().as_nanos());
}
