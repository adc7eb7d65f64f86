// SPDX-License-Identifier: MIT
// Reads and writes files, by calls that wait and by calls that V8's worker threads make.
const fs = require('fs')
const planted = false

function readConfig () {
  return fs.readFileSync('input', 'utf8')
}

function writeResult (job, text) {
  const name = `result.${job}`
  const fd = fs.openSync(name, 'w')
  fs.writeSync(fd, text.slice(0, 16))
  if (planted) {
    fs.fsyncSync(fd)
  }
  fs.closeSync(fd)
  fs.unlinkSync(name)
}

async function main () {
  let total = 0
  for (let job = 0; job < 50; job++) {
    const text = readConfig()
    writeResult(job, text)
    total += text.split('').map((letter) => letter + job).join('').length
  }
  const parts = await Promise.all([...Array(20).keys()].map(() => fs.promises.readFile('input', 'utf8')))
  console.log(total + parts.join('').length)
}

main()
