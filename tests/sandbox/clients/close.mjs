// close.io, the one that Close's documentation names for Node.js.  It has no setting for the host:
// its one request function is told another.  What it rejects with is the body of the answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import Closeio from 'close.io';

import { eventually, playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('close');

function connect(key = 'api_sandbox.key') {
  const close = new Closeio(key);
  close._request = (options) => Closeio.prototype._request.call(close,
    { ...options, uri: options.uri.replace('https://api.close.com', sandbox.url) });
  return close;
}

// The library's promises are older than the language's.
const rejects = (promise, judge) => assert.rejects(async () => promise, judge);

const acme = {
  name: 'Acme',
  contacts: [{ name: 'Ann Smith', emails: [{ email: 'ann@example.com', type: 'office' }] }],
};

test('makes, reads and changes a lead with its contact', async () => {
  const close = connect();
  const lead = await close.lead.create(acme);
  assert.match(lead.id, /^lead_/);
  assert.equal(lead.display_name, 'Acme');
  const [contact] = lead.contacts;
  assert.deepEqual([contact.lead_id, contact.emails[0].email], [lead.id, 'ann@example.com']);

  await close.contact.update(contact.id, { title: 'Owner' });
  assert.equal((await close.contact.read(contact.id)).title, 'Owner');
  await close.lead.update(lead.id, { status_id: 'stat_qualified' });
  const read = await close.lead.read(lead.id);
  assert.equal(read.status_id, 'stat_qualified');
  assert.equal(read.contacts.length, 1);
  const listed = await close.lead.search({ limit: 10 });
  assert.ok(Array.isArray(listed.data) && listed.has_more === false);
});

test('makes a contact, an opportunity, a note and a task of a lead', async () => {
  const close = connect();
  const { id: lead_id } = await close.lead.create(acme);
  const bob = await close.contact.create(
    { lead_id, name: 'Bob', emails: [{ email: 'bob@example.com', type: 'office' }] });
  assert.match(bob.id, /^cont_/);
  const opportunity = await close.opportunity.create(
    { lead_id, contact_id: bob.id, value: 120000, value_period: 'one_time' });
  assert.equal(opportunity.status_type, 'active');
  await close.opportunity.update(opportunity.id, { status_id: 'stat_won' });
  assert.equal((await close.opportunity.read(opportunity.id)).status_id, 'stat_won');
  const note = await close.activity.note.create({ lead_id, note: 'Called.' });
  assert.match(note.id, /^acti_/);
  const task = await close.task.create({ _type: 'lead', lead_id, text: 'Call back', date: '2026-10-01' });
  assert.equal((await close.task.read(task.id)).text, 'Call back');
});

test('finds a contact by its address a moment later', async () => {
  const close = connect();
  const lead = await close.lead.create(acme);
  const search = async () => (await close._post('/data/search/', {
    query: {
      type: 'and',
      queries: [{ type: 'object_type', object_type: 'contact' }, {
        type: 'has_related',
        this_object_type: 'contact',
        related_object_type: 'contact_email',
        related_query: {
          type: 'field_condition',
          field: { type: 'regular_field', object_type: 'contact_email', field_name: 'email' },
          condition: { type: 'text', mode: 'exact_value', value: 'ann@example.com' },
        },
      }],
    },
    _fields: { contact: ['id', 'lead_id'] },
    _limit: 10,
  })).data;
  assert.deepEqual(await search(), [], 'the index lags');
  const found = await eventually(async () => {
    const contacts = await search();
    return contacts.length > 0 && contacts;
  });
  assert.deepEqual(found.map((contact) => [contact.id, contact.lead_id]),
    [[lead.contacts[0].id, lead.id]]);
});

test('tells who it is talking to, and the statuses', async () => {
  const close = connect();
  assert.match((await close.user.me()).organizations[0].id, /^orga_/);
  const statuses = await close.status.opportunity.list();
  assert.ok(statuses.data.some((status) => status.type === 'won'));
  assert.ok((await close.status.lead.list()).data.length > 0);
});

test('refuses what is no address, and names the field', async () => {
  await rejects(connect().lead.create({ contacts: [{ emails: [{ email: 'nobody' }] }] }),
    (body) => body['field-errors'].contacts[0].emails[0].email !== undefined);
  await rejects(connect().activity.note.create({ note: 'of nothing' }),
    (body) => body['field-errors'].lead_id !== undefined);
});

test('refuses a key that it does not know, and what is not there', async () => {
  await rejects(connect('api_wrong').user.me(), (body) => typeof body.error === 'string');
  await rejects(connect().lead.read('lead_nosuch'), (body) => typeof body.error === 'string');
});

test('refuses the request too many', async () => {
  await sandbox.limit('lead', 1);
  const close = connect();
  await close.lead.create(acme);
  await rejects(close.lead.create(acme), (body) => body.error !== undefined);
});
