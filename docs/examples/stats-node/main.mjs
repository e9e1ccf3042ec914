// The stats module of cleave, in JavaScript: a process of its own that takes part by its URL and
// its OpenAPI document. `node main.mjs FILE`, where FILE says who the others are (README.md);
// `cleave up` writes it, and starts this.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { own } from './platform/owner.mjs';
import { Peers } from './platform/peers.mjs';
import { Server } from './platform/server.mjs';
import { Api } from './stats/api.mjs';
import { FEEDS } from './stats/events.mjs';
import { Follower } from './stats/follower.mjs';
import { eventsService, sagaService } from './stats/operating.mjs';
import { makeRoutes } from './stats/routes.mjs';
import { Store } from './stats/store.mjs';

const MODULE = 'stats';
const KEY_BYTES = 32;
const DISK_FAILED = 70;
const INHERITED_FD = 3;

function end(code, why) {
  console.error(why);
  process.exit(code);
}

function readSettings(file) {
  if (!file) end(2, 'usage: node main.mjs FILE, as README.md describes it');
  const settings = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const name of ['listen', 'data', 'key_file', 'peers'])
    if (!settings[name]) end(2, `${file} does not say "${name}"`);
  for (const feed of FEEDS)
    if (!settings.peers[feed]) end(2, `${file} does not say where "${feed}" is (peers.${feed})`);
  const key = fs.readFileSync(settings.key_file);
  if (key.length !== KEY_BYTES) end(2, `${settings.key_file} does not hold a key of 32 bytes`);
  return { ...settings, key };
}

// The socket that `up` or systemd holds, so that callers wait while this is started again.
function whereToListen(address) {
  if (process.env.LISTEN_PID === String(process.pid) && process.env.LISTEN_FDS === '1')
    return { fd: INHERITED_FD };
  const url = new URL(`http://${address}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
}

process.stderr.on('error', () => {}); // Nobody reads the log any more: that is no reason to end.
const settings = readSettings(process.argv[2]);
const folder = path.join(settings.data, 'stats-node');
own(folder);
const store = new Store(path.join(folder, 'journal'), (error) =>
  end(DISK_FAILED, `the disk failed (${error.message}): nothing more is acknowledged`));
const peers = new Peers(settings.peers, settings.key);
const api = new Api(store);
const here = path.dirname(fileURLToPath(import.meta.url));
const server = new Server({
  key: settings.key,
  services: new Map([[MODULE, api.service], [`${MODULE}.saga`, sagaService(store)],
    [`${MODULE}.events`, eventsService(store)]]),
  route: makeRoutes(api, peers),
  document: fs.readFileSync(path.join(here, 'openapi.json'), 'utf8'),
});
const followers = FEEDS.map((feed) => new Follower(MODULE, feed, store, peers));

await server.listen(whereToListen(settings.listen));
console.error(`stats (node ${process.version}) answers on ${settings.listen}`);
const following = followers.map((follower) => follower.run());

async function stop() {
  followers.forEach((follower) => follower.stop());
  await server.close();
  await Promise.all(following);
  await store.journal.settled();
  peers.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
