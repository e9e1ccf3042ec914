// BLAKE2b (RFC 7693) with a key and an output of any length: node:crypto has only blake2b512
// without a key. 64-bit words are pairs of 32 bits, the low half first.

const IV = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a,
  0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

const ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const ROUNDS = Uint8Array.from([...ORDER, ORDER[0], ORDER[1]].flat(), (word) => 2 * word);

const BLOCK_BYTES = 128;
const v = new Uint32Array(32);
const m = new Uint32Array(32);

function mix(a, b, c, d, x, y) {
  let low = v[a] + v[b] + m[x];
  v[a + 1] = v[a + 1] + v[b + 1] + m[x + 1] + Math.floor(low / 0x100000000);
  v[a] = low;
  let l = v[d] ^ v[a], h = v[d + 1] ^ v[a + 1];
  v[d] = h; // rotated by 32
  v[d + 1] = l;
  low = v[c] + v[d];
  v[c + 1] = v[c + 1] + v[d + 1] + Math.floor(low / 0x100000000);
  v[c] = low;
  l = v[b] ^ v[c], h = v[b + 1] ^ v[c + 1];
  v[b] = (l >>> 24) | (h << 8);
  v[b + 1] = (h >>> 24) | (l << 8);
  low = v[a] + v[b] + m[y];
  v[a + 1] = v[a + 1] + v[b + 1] + m[y + 1] + Math.floor(low / 0x100000000);
  v[a] = low;
  l = v[d] ^ v[a], h = v[d + 1] ^ v[a + 1];
  v[d] = (l >>> 16) | (h << 16);
  v[d + 1] = (h >>> 16) | (l << 16);
  low = v[c] + v[d];
  v[c + 1] = v[c + 1] + v[d + 1] + Math.floor(low / 0x100000000);
  v[c] = low;
  l = v[b] ^ v[c], h = v[b + 1] ^ v[c + 1];
  v[b] = (l << 1) | (h >>> 31); // rotated by 63
  v[b + 1] = (h << 1) | (l >>> 31);
}

// `done`: bytes so far, with this block's.
function compress(state, block, at, done, isLast) {
  v.set(state, 0);
  v.set(IV, 16);
  v[24] ^= done >>> 0;
  v[25] ^= Math.floor(done / 0x100000000);
  if (isLast) {
    v[28] = ~v[28];
    v[29] = ~v[29];
  }
  for (let i = 0, byte = at; i < 32; ++i, byte += 4)
    m[i] = block[byte] | (block[byte + 1] << 8) | (block[byte + 2] << 16) | (block[byte + 3] << 24);
  for (let r = 0; r < 12 * 16; r += 16) {
    mix(0, 8, 16, 24, ROUNDS[r], ROUNDS[r + 1]);
    mix(2, 10, 18, 26, ROUNDS[r + 2], ROUNDS[r + 3]);
    mix(4, 12, 20, 28, ROUNDS[r + 4], ROUNDS[r + 5]);
    mix(6, 14, 22, 30, ROUNDS[r + 6], ROUNDS[r + 7]);
    mix(0, 10, 20, 30, ROUNDS[r + 8], ROUNDS[r + 9]);
    mix(2, 12, 22, 24, ROUNDS[r + 10], ROUNDS[r + 11]);
    mix(4, 14, 16, 26, ROUNDS[r + 12], ROUNDS[r + 13]);
    mix(6, 8, 18, 28, ROUNDS[r + 14], ROUNDS[r + 15]);
  }
  for (let i = 0; i < 16; ++i) state[i] ^= v[i] ^ v[i + 16];
}

// The hash of the parts, as if they stood one after the other. `key`: at most 64 bytes, or none.
export function blake2b(parts, bytes, key = Buffer.alloc(0)) {
  const state = Uint32Array.from(IV);
  state[0] ^= 0x01010000 ^ (key.length << 8) ^ bytes;
  const block = Buffer.alloc(BLOCK_BYTES);
  let filled = 0, done = 0;
  if (key.length > 0) {
    key.copy(block);
    filled = BLOCK_BYTES;
  }
  for (const part of parts) {
    for (let at = 0; at < part.length;) {
      // The last block is compressed as such, so a full one waits for what follows it.
      if (filled === BLOCK_BYTES) {
        compress(state, block, 0, done += BLOCK_BYTES, false);
        filled = 0;
      }
      const some = Math.min(BLOCK_BYTES - filled, part.length - at);
      part.copy(block, filled, at, at + some);
      filled += some;
      at += some;
    }
  }
  block.fill(0, filled);
  compress(state, block, 0, done + filled, true);
  const out = Buffer.alloc(64);
  for (let i = 0; i < 16; ++i) out.writeUInt32LE(state[i], 4 * i);
  return out.subarray(0, bytes);
}
