// Calls to modules in other processes: POST /rpc/<service>/<method>, sealed, and the answer's seal
// checked. An answer without one is none.
import http from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { Problem, notExecuted, outcomeUnknown, readProblem } from './problem.mjs';
import { seal, sealAnswer } from './seal.mjs';

const ANSWER_BYTES_MAX = 64 << 20;
const CALL_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000; // below the other side's
const MOVING_PATIENCE_MS = 2_000;
const MOVING_RETRY_MS = 15;

// What concerns the connection or the message alone is not sealed.
const NOT_SEALED = new Set(['content-type', 'content-length', 'transfer-encoding', 'connection',
  'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'upgrade', 'date',
  'server', 'cleave-authority', 'cleave-moving', 'cleave-seal', 'x-request-id']);

function sealedHeaders(raw) {
  let lines = '';
  for (let i = 0; i < raw.length; i += 2)
    if (!NOT_SEALED.has(raw[i].toLowerCase())) lines += `${raw[i]}: ${raw[i + 1]}\r\n`;
  return lines;
}

function isGenuine(key, envelope, answer) {
  const claimed = Buffer.from(answer.headers['cleave-seal'] ?? '', 'latin1');
  const real = Buffer.from(sealAnswer(key, envelope, { status: answer.status,
    contentType: answer.headers['content-type'] ?? '', headers: sealedHeaders(answer.rawHeaders),
    authority: answer.headers['cleave-authority'], body: answer.body }), 'latin1');
  return claimed.length === real.length && timingSafeEqual(claimed, real);
}

// "127.0.0.1:7001", "[::1]:7001", "unix:/run/posts.sock"
function optionsOf(address) {
  if (address.startsWith('unix:')) return { socketPath: address.slice('unix:'.length) };
  const url = new URL(`http://${address}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port || 80 };
}

class Peer {
  constructor(address, key) {
    this.where = optionsOf(address);
    this.key = key;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64, timeout: IDLE_TIMEOUT_MS });
  }

  // Rejects with not_executed: nothing was sent; or with outcome_unknown.
  exchange(target, body, { context, leftMs, once, isFresh, signal }) {
    const request = { method: 'POST', target, body };
    const envelope = seal(this.key, request, { context, leftMs, once });
    return new Promise((resolve, reject) => {
      let isConnected = false;
      const lost = () => reject(isConnected ? outcomeUnknown() : notExecuted());
      const asked = http.request({ ...this.where, method: 'POST', path: target, signal,
        agent: isFresh ? false : this.agent,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
          'Cleave-Call': envelope } }, (answer) => {
        const pieces = [];
        let bytes = 0;
        answer.on('data', (piece) => {
          bytes += piece.length;
          pieces.push(piece);
          if (bytes > ANSWER_BYTES_MAX) answer.destroy();
        });
        answer.on('close', lost);
        answer.on('end', () => {
          const whole = { status: answer.statusCode, headers: answer.headers,
            rawHeaders: answer.rawHeaders, body: Buffer.concat(pieces) };
          if (!answer.complete || !isGenuine(this.key, envelope, whole)) return lost();
          resolve(whole);
        });
      });
      const limit = setTimeout(() => asked.destroy(), leftMs + 100);
      asked.on('socket', (socket) => {
        if (!socket.connecting) isConnected = true;
        else socket.once('connect', () => (isConnected = true));
      });
      asked.on('error', lost);
      asked.on('close', () => clearTimeout(limit));
      asked.end(body);
    });
  }

  // While another process takes over there, for a while; and once more over a new connection what
  // was lost on one that had been kept: a query may be asked again.
  async query(target, body, { context, leftMs, signal }) {
    const begun = Date.now();
    const left = () => leftMs - (Date.now() - begun);
    for (let attempt = 0, isFresh = false; ;) {
      let answer, failure;
      try {
        answer = await this.exchange(target, body, { context, leftMs: left(), isFresh, signal });
      } catch (problem) {
        failure = problem;
      }
      const isMoving = answer?.headers['cleave-moving'] !== undefined;
      if (answer && !isMoving) return answer;
      if (isMoving && Date.now() - begun > MOVING_PATIENCE_MS) return answer;
      if (failure && attempt++ > 0) throw failure;
      if (left() <= 0 || signal?.aborted) throw failure ?? notExecuted();
      if (isMoving)
        await new Promise((resolve) => setTimeout(resolve, Math.random() * MOVING_RETRY_MS));
      isFresh = true;
    }
  }
}

export class Peers {
  // `addresses`: of processes, by module.
  constructor(addresses, key) {
    this.byModule = new Map();
    for (const [module, address] of Object.entries(addresses))
      this.byModule.set(module, new Peer(address, key));
  }

  // The response of a query; rejects with a Problem. `service`: "posts", "posts.feed".
  async query(service, method, request, { context, leftMs = CALL_TIMEOUT_MS, signal } = {}) {
    const peer = this.byModule.get(service.split('.')[0]);
    const answer = await peer.query(`/rpc/${service}/${method}`, JSON.stringify(request),
      { context, leftMs, signal });
    const text = answer.body.toString('utf8');
    if (answer.status === 200) return JSON.parse(text);
    throw readProblem(text) ?? new Problem('not_executed', 'service', 'unavailable');
  }

  close() {
    for (const peer of this.byModule.values()) peer.agent.destroy();
  }
}
