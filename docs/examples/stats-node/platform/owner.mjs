// One owner of a folder: a file names the process that has it, by its number and by when it
// started, so that a number which was given out again is not taken for it.
import fs from 'node:fs';
import path from 'node:path';

// Field 22 of /proc/<pid>/stat; the command before it may hold blanks. Nothing: no such process.
function startOf(pid) {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function write(file, text) {
  const fd = fs.openSync(file, 'wx', 0o600);
  fs.writeSync(fd, text);
  fs.closeSync(fd);
}

// Throws where another process has it.
export function own(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'owner');
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (;;) {
    try {
      return write(file, mine);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const text = fs.readFileSync(file, 'latin1');
    const [pid, start] = text.split(' ');
    if (start !== undefined && startOf(pid) === start && Number(pid) !== process.pid)
      throw new Error(`${folder} belongs to process ${pid}, which runs`);
    // Of several that find it stale one renames it; the others find nothing, or the next owner.
    const stale = `${file}.stale-${process.pid}`;
    try {
      fs.renameSync(file, stale);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      continue;
    }
    const taken = fs.readFileSync(stale, 'latin1');
    if (taken !== text) fs.linkSync(stale, file); // It was the next owner's already.
    fs.unlinkSync(stale);
  }
}
