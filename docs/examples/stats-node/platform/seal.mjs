// How processes prove to each other that they belong to one system: docs/protocol.md. Checked with
// the vectors in docs/seal-vectors.json, as the C++ is.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { blake2b } from './blake2b.mjs';

const MAC_BYTES = 16;
const CLOCK_SKEW_MS_MAX = 30_000;

// Each part is preceded by its length, so that no two messages give the same bytes.
function macOf(key, parts) {
  const framed = [];
  for (const part of parts) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(part, 'utf8');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    framed.push(length, bytes);
  }
  return blake2b(framed, MAC_BYTES, key);
}

// Two of the same kind in the same millisecond are two all the same.
let next = randomBytes(8).readBigUInt64LE();
function unlikeAnyOther() {
  next = BigInt.asUintN(64, next + 1n);
  return next.toString(16);
}

// The value of Cleave-Call. `context`: what openEnvelope() gave, or some of it; `leftMs`: how long
// the answer may take; `once`: it may be done once alone and has no key to be known by.
export function seal(key, request, { context = {}, leftMs, once = false, now = Date.now() }) {
  let text = `v1;t=${now}`;
  if (leftMs !== undefined) text += `;d=${Math.max(0, Math.floor(leftMs))}`;
  for (const name of ['tr', 'sp', 'u', 's', 'r', 'v'])
    if (context[name] !== undefined) text += `;${name}=${context[name]}`;
  if (once) text += `;o=${unlikeAnyOther()}`;
  const mac = macOf(key, [request.method, request.target, text, request.body]);
  return `${text};m=${mac.toString('hex')}`;
}

const SHAPES = {
  t: /^-?\d{1,19}$/, d: /^-?\d{1,19}$/, tr: /^[0-9a-f]{32}-[0-9a-f]{16}$/i, sp: /^[0-9a-f]{16}$/i,
  u: /^-?\d{1,19}$/, s: /^[0-9a-f]{1,16}$/i, r: /^[0-3]$/, v: /^-?\d{1,19}$/,
  i: /^[0-9a-f]{32}$/i, o: /^[0-9a-f]{1,16}$/i,
};

// What the header says, as text by the names of its fields; null where it is not to be believed.
export function openEnvelope(key, header, request, now = Date.now()) {
  const seam = (header ?? '').lastIndexOf(';m=');
  if (seam < 0 || !header.startsWith('v1;')) return null;
  const claimed = header.slice(seam + 3);
  if (!/^[0-9a-f]{32}$/i.test(claimed)) return null;
  const real = macOf(key, [request.method, request.target, header.slice(0, seam), request.body]);
  if (!timingSafeEqual(Buffer.from(claimed, 'hex'), real)) return null;
  const fields = Object.create(null);
  for (const field of header.slice(3, seam).split(';')) {
    const equals = field.indexOf('=');
    if (equals < 0) return null;
    const name = field.slice(0, equals), value = field.slice(equals + 1);
    if (SHAPES[name] && !SHAPES[name].test(value)) return null;
    fields[name] = value;
  }
  if (!(Math.abs(now - Number(fields.t ?? 0)) <= CLOCK_SKEW_MS_MAX)) return null;
  return fields;
}

// The value of Cleave-Seal. `envelope`: that of the request's Cleave-Call.
export function sealAnswer(key, envelope, answer) {
  const parts = ['answer', envelope, String(answer.status), answer.contentType, answer.headers,
    answer.authority ?? '', answer.body];
  return macOf(key, parts).toString('hex');
}
