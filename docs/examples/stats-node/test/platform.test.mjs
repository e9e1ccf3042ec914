// node --test docs/examples/stats-node/test
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { blake2b } from '../platform/blake2b.mjs';
import { parseExactly } from '../platform/exact_json.mjs';
import { Journal } from '../platform/journal.mjs';
import { openEnvelope, seal, sealAnswer } from '../platform/seal.mjs';

const hex = (text) => Buffer.from(text, 'hex');
const upTo = (n) => Buffer.from([...Array(n).keys()]);
const scratch = () => fs.mkdtempSync(path.join(os.tmpdir(), 'cleave-node-'));
const fails = (error) => assert.fail(error.message);

test('BLAKE2b is that of RFC 7693, with a key and without, across blocks', () => {
  const digest = (text, bytes, key) => blake2b([text], bytes, key).toString('hex');
  assert.equal(digest(Buffer.from('abc'), 64),
    'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1' +
    '7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923');
  // The last of the vectors of the reference implementation (blake2b, keyed).
  assert.equal(digest(upTo(255), 64, upTo(64)),
    '142709d62e28fcccd0af97fad0f8465b971e82201dc51070faa0372aa43e9248' +
    '4be1c1e73ba10906d5d1853db6a4106e0a7bf9800d373d6dee2d46d62ef2a461');
  assert.equal(digest(Buffer.alloc(0), 16, Buffer.alloc(32, 7)),
    'f60b6ec68e47431ff37ebfaeb581e778');
  assert.equal(digest(Buffer.alloc(128, 'x'), 16, Buffer.alloc(32, 7)),
    '663741260ef1cf2b41d4b7bc54c2b237');
  assert.equal(digest(Buffer.alloc(129, 'z'), 32),
    'db288c576f314569b2e2533bff1c045c4b168ce326c3d7b30329b01b965b02c1');
  const whole = Buffer.alloc(1000, 'y');
  const parts = [whole.subarray(0, 1), whole.subarray(1, 128), whole.subarray(128)];
  assert.equal(blake2b(parts, 16, upTo(32)).toString('hex'), '64cb3b9e4ffd1f77cb2509ca7ccbed2b');
});

const vectors = JSON.parse(fs.readFileSync(
  new URL('../../../seal-vectors.json', import.meta.url), 'utf8'));

test('envelopes and seals are those of docs/seal-vectors.json', () => {
  const key = hex(vectors.key), now = vectors.now_unix_ms;
  for (const request of vectors.requests) {
    const opened = openEnvelope(key, request.header, request, now);
    assert.ok(opened, request.name);
    assert.equal(opened.t, String(now));
  }
  for (const a of vectors.answers)
    assert.equal(sealAnswer(key, vectors.requests[a.envelope].header,
      { ...a, contentType: a.content_type }), a.seal, a.name);
});

test('an envelope that does not fit is not opened', () => {
  const key = upTo(32), now = Date.now();
  const request = { method: 'POST', target: '/rpc/stats/figures', body: '{}' };
  const context = { u: '7', s: 'a', r: '1', v: '0' };
  const header = seal(key, request, { leftMs: 1000, context, now });
  assert.equal(openEnvelope(key, header, request, now).u, '7');
  const refused = (h, r = request, k = key, at = now) =>
    assert.equal(openEnvelope(k, h, r, at), null, h);
  refused(header, { ...request, body: '{} ' });
  refused(header, { ...request, target: '/rpc/stats/rebuild' });
  refused(header, { ...request, method: 'PUT' });
  refused(header, request, upTo(33).subarray(1));
  refused(header, request, key, now + 30_001);
  refused(header, request, key, now - 30_001);
  refused(header.replace('u=7', 'u=8'));
  refused(header.slice(0, -1));
  for (const broken of ['', undefined, 'v1;t=1', 'v2' + header.slice(2), ';m=' + '0'.repeat(32)])
    refused(broken);
});

test('integers of 63 bits stay what they are', () => {
  const text = '{"a":9223372036854775807,"b":-9223372036854775808,"c":9007199254740991,' +
    '"d":"1 \\"9223372036854775807\\" 2","e":1.5e3}';
  assert.deepEqual(parseExactly(text), { a: '9223372036854775807', b: '-9223372036854775808',
    c: 9007199254740991, d: '1 "9223372036854775807" 2', e: 1500 });
});

async function written(file, records) {
  const journal = new Journal(file, () => {}, fails);
  await Promise.all(records.map((r) => journal.append(r)));
  fs.closeSync(journal.fd);
}

function readBack(file) {
  const found = [];
  const journal = new Journal(file, (record) => found.push(record), fails);
  fs.closeSync(journal.fd);
  return found;
}

test('a journal that was cut anywhere has whole records up to there, and takes more', async () => {
  const file = path.join(scratch(), 'journal');
  await written(file, [{ n: 1, text: '안녕' }]);
  await written(file, [{ n: 2 }, { n: 3 }]);
  const whole = fs.readFileSync(file);
  for (let bytes = 0; bytes <= whole.length; ++bytes) {
    fs.writeFileSync(file, whole.subarray(0, bytes));
    const found = readBack(file);
    assert.deepEqual(found, [{ n: 1, text: '안녕' }, { n: 2 }, { n: 3 }].slice(0, found.length));
    await written(file, [{ n: 4 }]);
    assert.deepEqual(readBack(file), [...found, { n: 4 }]);
  }
});

test('a journal with a hole in it is not opened', async () => {
  const file = path.join(scratch(), 'journal');
  await written(file, [{ n: 1 }]);
  const first = fs.statSync(file).size;
  await written(file, [{ n: 2 }]);
  const bytes = fs.readFileSync(file);
  bytes[first - 3] ^= 1;
  fs.writeFileSync(file, bytes);
  assert.throws(() => readBack(file), /is damaged/);
});

test('another journal takes the place of one whole', async () => {
  const file = path.join(scratch(), 'journal');
  const journal = new Journal(file, () => {}, fails);
  for (let n = 0; n < 2_500; ++n) journal.append({ n });
  await journal.settled();
  journal.replaceBy([{ n: 'all of it' }]);
  await journal.append({ n: 'more' });
  fs.closeSync(journal.fd);
  assert.deepEqual(readBack(file), [{ n: 'all of it' }, { n: 'more' }]);
});
