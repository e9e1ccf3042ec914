// An append-only file of records. What append() has promised is on the disk; what a crash cut
// short is not there at all.
//
// A line is a frame: 16 hex digits of a SHA-256, a blank, and a JSON array of records. Whatever
// is to be written at the same time becomes one frame and one fdatasync, so records of a frame
// are there together or not. Only the last frame can be torn, since none is begun before the one
// before it is on the disk: a bad frame with a good one behind it is a damaged file, and is not
// opened.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const DIGITS = 16;
const NEWLINE = 10;
const FRAME_RECORDS_MAX = 1_000;

const sumOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, DIGITS);

function frameOf(records) {
  const json = JSON.stringify(records);
  return Buffer.from(`${sumOf(json)} ${json}\n`);
}

// Null: no frame, or not a whole one.
function readFrame(line) {
  if (line.length < DIGITS + 3 || line[DIGITS] !== 0x20) return null;
  const json = line.subarray(DIGITS + 1);
  if (line.subarray(0, DIGITS).toString('latin1') !== sumOf(json)) return null;
  return JSON.parse(json.toString('utf8'));
}

// Calls `take(record)` for each. The length of what is good; throws where the file is damaged.
function readFrames(bytes, take) {
  let at = 0, good = 0, isTorn = false;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    const records = end < 0 ? null : readFrame(bytes.subarray(at, end));
    if (records && isTorn) throw new Error(`is damaged at byte ${good}: a whole record follows`);
    if (records) records.forEach(take);
    isTorn = isTorn || !records;
    at = end < 0 ? bytes.length : end + 1;
    if (!isTorn) good = at;
  }
  return good;
}

function syncDirectory(folder) {
  const fd = fs.openSync(folder, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

export class Journal {
  // Hands what is in the file to `take`, in order, and cuts off what a crash has left unfinished.
  // `onFatal(error)`: the disk has failed, and nothing that was not promised yet ever will be.
  constructor(file, take, onFatal) {
    this.file = file;
    this.onFatal = onFatal;
    this.waiting = [];
    this.isWriting = false;
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600);
    this.bytes = this.read(take);
    fs.ftruncateSync(this.fd, this.bytes);
    fs.fsyncSync(this.fd);
    syncDirectory(path.dirname(file));
  }

  // Everything that is on the disk, once more.
  read(take) {
    return readFrames(fs.readFileSync(this.file), take);
  }

  // Resolves when the record is on the disk.
  append(record) {
    return new Promise((resolve) => {
      this.waiting.push({ record, resolve });
      if (!this.isWriting) this.writeAll();
    });
  }

  // Resolves when everything that was appended is on the disk.
  async settled() {
    while (this.isWriting) await new Promise((resolve) => setImmediate(resolve));
  }

  async writeAll() {
    this.isWriting = true;
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.splice(0, FRAME_RECORDS_MAX);
        const frame = frameOf(batch.map((one) => one.record));
        await this.writeFrame(frame);
        batch.forEach((one) => one.resolve());
      }
    } catch (error) {
      this.onFatal(error);
    } finally {
      this.isWriting = false;
    }
  }

  writeFrame(frame) {
    return new Promise((resolve, reject) => {
      const synced = (error) => {
        if (error) return reject(error);
        this.bytes += frame.length;
        resolve();
      };
      const write = (from) => fs.write(this.fd, frame, from, frame.length - from, this.bytes + from,
        (error, written) => {
          if (error) return reject(error);
          if (from + written < frame.length) return write(from + written);
          fs.fdatasync(this.fd, synced);
        });
      write(0);
    });
  }

  // Another file with these records alone takes the place of this one, whole or not at all.
  // Between two frames: after settled(), before the next append(). Blocks.
  replaceBy(records) {
    const draft = `${this.file}.draft`;
    const fd = fs.openSync(draft, 'w', 0o600);
    let batch = [], bytes = 0;
    const flush = () => {
      const frame = frameOf(batch);
      for (let at = 0; at < frame.length;) at += fs.writeSync(fd, frame, at);
      bytes += frame.length;
      batch = [];
    };
    for (const record of records)
      if (batch.push(record) === FRAME_RECORDS_MAX) flush();
    if (batch.length > 0) flush();
    fs.fsyncSync(fd);
    fs.renameSync(draft, this.file);
    syncDirectory(path.dirname(this.file));
    fs.closeSync(this.fd);
    this.fd = fd;
    this.bytes = bytes;
  }
}
