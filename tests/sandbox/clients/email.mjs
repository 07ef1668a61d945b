// nodemailer, which most programs for Node.js send their mail with, against the sandbox's mail server.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import nodemailer from 'nodemailer';

import { playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('email');

function connect(pass = 'smtp-sandbox-password', options = {}) {
  return nodemailer.createTransport({
    host: '127.0.0.1', port: sandbox.smtpPort, secure: false, auth: { user: 'relay', pass }, ...options,
  });
}

const mail = {
  from: 'relay@example.com',
  to: 'ann@example.com',
  subject: 'Grüße',
  text: 'Name: Zoë\n.\n..\nEnd',
  messageId: '<lead-1@example.com>',
};

test('takes a mail, with what SMTP escapes', async () => {
  const transport = connect();
  assert.equal(await transport.verify(), true);
  const sent = await transport.sendMail(mail);
  assert.deepEqual(sent.accepted, ['ann@example.com']);
  assert.match(sent.response, /^250 /);

  const [kept] = await sandbox.records();
  assert.equal(kept.from, 'relay@example.com');
  assert.deepEqual(kept.to, ['ann@example.com']);
  assert.equal(kept.header['Message-ID'], '<lead-1@example.com>');
  assert.match(kept.message, /\r\n\.\r\n\.\.\r\nEnd/);
  transport.close();
});

test('takes several over one connection, and counts what comes twice', async () => {
  const transport = connect(undefined, { pool: true, maxConnections: 1 });
  await transport.sendMail(mail);
  await transport.sendMail(mail);
  await transport.sendMail({ ...mail, messageId: '<lead-2@example.com>' });
  const report = await sandbox.report();
  assert.deepEqual([report.messages, report.duplicates], [3, 1]);
  transport.close();
});

test('takes one for some of its recipients', async () => {
  await sandbox.fault({ path: '/to', body_contains: 'bob@', kind: 'status', status: 550, body: '5.1.1 no such user' });
  const transport = connect();
  const sent = await transport.sendMail({ ...mail, to: ['ann@example.com', 'bob@example.com'] });
  assert.deepEqual([sent.accepted, sent.rejected], [['ann@example.com'], ['bob@example.com']]);
  transport.close();
});

test('refuses a password that is wrong, and more than it takes in an hour', async () => {
  const stranger = connect('wrong');
  await assert.rejects(stranger.sendMail(mail), (error) => error.responseCode === 535);
  stranger.close();

  await sandbox.limit('hour', 1);
  const transport = connect();
  await transport.sendMail(mail);
  await assert.rejects(transport.sendMail(mail), (error) => error.responseCode === 450);
  transport.close();
});
