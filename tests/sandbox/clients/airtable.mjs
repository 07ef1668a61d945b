// airtable, Airtable's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import Airtable from 'airtable';

import { playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('airtable');
const base = (apiKey = 'patSandbox0000001.sandbox', id = 'appSandbox0000001') =>
  new Airtable({ apiKey, endpointUrl: sandbox.url, noRetryIfRateLimited: true }).base(id);

const fails = (error, statusCode) => (thrown) => {
  assert.ok(thrown instanceof Airtable.Error);
  assert.deepEqual([thrown.error, thrown.statusCode], [error, statusCode]);
  return true;
};

test('makes, reads, changes and deletes a record', async () => {
  const people = base()('People');
  const made = await people.create({ Name: 'Ann', Email: 'ann@example.com' });
  assert.match(made.id, /^rec/);
  await people.update(made.id, { Phone: '+15551234567' });
  const read = await people.find(made.id);
  assert.equal(read.get('Name'), 'Ann');
  assert.equal(read.get('Phone'), '+15551234567');
  assert.equal((await people.destroy(made.id)).id, made.id);
  await assert.rejects(people.find(made.id), fails('NOT_FOUND', 404));
});

test('upserts by a field', async () => {
  const people = base()('tblPeople00000001');
  const upsert = (...records) => people.update(records.map((fields) => ({ fields })),
    { performUpsert: { fieldsToMergeOn: ['Email'] }, typecast: true });
  const [first] = await upsert({ Email: 'ann@example.com', Name: 'Ann' });
  const [again, bob] = await upsert(
    { Email: 'ann@example.com', Phone: '+15551234567' }, { Email: 'bob@example.com' });
  assert.equal(again.id, first.id);
  assert.notEqual(bob.id, first.id);
  assert.deepEqual(again.fields,
    { Name: 'Ann', Email: 'ann@example.com', Phone: '+15551234567' });
});

test('writes and deletes ten at a time', async () => {
  const people = base()('People');
  const made = await people.create([{ fields: { Name: 'Ann' } }, { fields: { Name: 'Bob' } }]);
  assert.deepEqual(made.map((record) => record.get('Name')), ['Ann', 'Bob']);
  const gone = await people.destroy(made.map((record) => record.id));
  assert.deepEqual(gone.map((record) => record.id), made.map((record) => record.id));
  await assert.rejects(people.create(Array(11).fill({ fields: { Name: 'Ann' } })),
    fails('INVALID_RECORDS', 422));
});

test('finds what a formula says, page by page', async () => {
  const people = base()('People');
  await people.create([{ fields: { Name: 'Ann', Email: 'ann@example.com' } },
    { fields: { Name: 'Bob "the" Builder', Email: 'bob@example.com' } },
    { fields: { Name: 'Eve', Email: 'eve@example.com' } }]);
  const names = async (select) =>
    (await people.select(select).all()).map((record) => record.get('Name'));
  assert.deepEqual(
    await names({ filterByFormula: '{Name} = "Bob \\"the\\" Builder"', maxRecords: 1 }),
    ['Bob "the" Builder']);
  assert.deepEqual(await names({ pageSize: 2, sort: [{ field: 'Name', direction: 'desc' }] }),
    ['Eve', 'Bob "the" Builder', 'Ann']);
  const [only] = await people.select({ fields: ['Email'], maxRecords: 1 }).firstPage();
  assert.deepEqual(only.fields, { Email: 'ann@example.com' });
});

test('makes a deal of a person', async () => {
  const crm = base();
  const ann = await crm('People').create({ Name: 'Ann' });
  const deal = await crm('Deals').create(
    { Name: 'Website', Value: 1200, Stage: 'Qualified', 'Close date': '2026-10-01', Person: [ann.id] });
  assert.deepEqual((await crm('Deals').find(deal.id)).get('Person'), [ann.id]);
});

test('refuses what is no field, and what does not fit into one', async () => {
  const people = base()('People');
  await assert.rejects(people.create({ Emial: 'ann@example.com' }), fails('UNKNOWN_FIELD_NAME', 422));
  await assert.rejects(people.create({ Score: 'many' }), fails('INVALID_VALUE_FOR_COLUMN', 422));
  await assert.rejects(people.select({ filterByFormula: '{Name} = ' }).firstPage(),
    fails('INVALID_FILTER_BY_FORMULA', 422));
});

test('refuses a token that it does not know, one without access, and a base that is not there',
  async () => {
    const read = (people) => people.select({ maxRecords: 1 }).firstPage();
    await assert.rejects(read(base('patWrong')('People')), fails('AUTHENTICATION_REQUIRED', 401));
    await assert.rejects(read(base('patSandbox0000002.noscopes')('People')), fails('NOT_AUTHORIZED', 403));
    await assert.rejects(read(base(undefined, 'appOther')('People')), fails('NOT_AUTHORIZED', 403));
    await assert.rejects(read(base()('Nobody')), fails('NOT_AUTHORIZED', 403));
  });

test('refuses the request too many, and those after it', async () => {
  const people = base()('People');
  await sandbox.limit('second', 1);
  await people.create({ Name: 'Ann' });
  for (let i = 0; i < 2; ++i) {
    await assert.rejects(people.create({ Name: 'Bob' }), fails('TOO_MANY_REQUESTS', 429));
  }
});
