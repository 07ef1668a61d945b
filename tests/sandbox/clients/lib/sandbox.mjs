// A sandbox of the test's own, on a free port, from before its first test until after its last.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, beforeEach } from 'node:test';

// What the tests of `system` need; `url` is the place of the CRM's host, `smtpPort` that of the mail
// server, both valid inside of tests.
export function playedBySandbox(system) {
  const sandbox = { url: '', root: '', smtpPort: 0 };
  let server;

  before(async () => {
    server = spawn(process.env.LEADRELAY_SANDBOX, ['--smtp-port', '0'],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    const nextPort = async () => /:(\d+)$/.exec((await lines.next()).value)[1];
    sandbox.root = `http://127.0.0.1:${await nextPort()}`;
    sandbox.smtpPort = Number(await nextPort());
    sandbox.url = `${sandbox.root}/${system}`;
  });
  after(() => server?.kill());
  beforeEach(() => control('POST', 'reset'));

  async function control(method, path, body) {
    const answer = await fetch(`${sandbox.root}/_control/${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  // From now on `limit` requests fit into the window of that name.
  sandbox.limit = (window, limit) => control('POST', 'limits', { system, window, limit });
  sandbox.fault = (fault) => control('POST', 'faults', { system, ...fault });
  sandbox.report = async () => (await (await control('GET', 'report')).json())[system];
  sandbox.records = async () => (await control('GET', `records?system=${system}`)).json();
  sandbox.expireTokens = () => control('POST', 'faults', { system, kind: 'expire_tokens', times: 1 });
  return sandbox;
}

// Asks until the answer is one: searches lag behind writes.
export async function eventually(ask, seconds = 5) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
