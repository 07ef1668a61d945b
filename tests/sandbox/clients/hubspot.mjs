// @hubspot/api-client, HubSpot's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Client } from '@hubspot/api-client';

import { eventually, playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('hubspot');
// The sandbox's HubSpot has the root: its paths are its own.
const connect = (accessToken = 'pat-na1-sandbox', options = {}) =>
  new Client({ accessToken, basePath: sandbox.root, ...options });
const ann = { email: 'Ann@example.com', firstname: 'Ann', lastname: 'Smith' };

test('makes, reads, changes and deletes a contact', async () => {
  const { basicApi } = connect().crm.contacts;
  const made = await basicApi.create({ properties: ann, associations: [] });
  assert.match(made.id, /^\d+$/);
  assert.ok(made.createdAt instanceof Date && made.archived === false);

  await basicApi.update(made.id, { properties: { phone: '+15551234567' } });
  const byId = await basicApi.getById(made.id, ['email', 'phone']);
  assert.equal(byId.properties.phone, '+15551234567');
  const byEmail = await basicApi.getById('ann@example.com', ['firstname'],
    undefined, undefined, false, 'email');
  assert.equal(byEmail.id, made.id);
  assert.equal(byEmail.properties.firstname, 'Ann');

  await basicApi.archive(made.id);
  await assert.rejects(basicApi.getById(made.id), { code: 404 });
});

test('a second contact of an e-mail address is a conflict that names the first', async () => {
  const { basicApi } = connect().crm.contacts;
  const first = await basicApi.create({ properties: ann, associations: [] });
  await assert.rejects(
    basicApi.create({ properties: { email: 'ann@EXAMPLE.com' }, associations: [] }),
    (error) => {
      assert.equal(error.code, 409);
      assert.equal(error.body.category, 'CONFLICT');
      assert.equal(error.body.message, `Contact already exists. Existing ID: ${first.id}`);
      return true;
    });
});

test('upserts a batch, and tells what is new', async () => {
  const { batchApi } = connect().crm.contacts;
  const input = (email, firstname) =>
    ({ id: email, idProperty: 'email', objectWriteTraceId: email, properties: { email, firstname } });
  await batchApi.upsert({ inputs: [input('ann@example.com', 'Ann')] });
  const answer = await batchApi.upsert(
    { inputs: [input('ann@example.com', 'Anna'), input('bob@example.com', 'Bob')] });
  assert.equal(answer.status, 'COMPLETE');
  assert.deepEqual(answer.results.map((each) => [each.properties.firstname, each._new]),
    [['Anna', false], ['Bob', true]]);
  assert.ok(answer.startedAt instanceof Date && answer.completedAt instanceof Date);
});

test('of a batch, refuses the bad record alone', async () => {
  const { batchApi } = connect().crm.contacts;
  const input = (email) =>
    ({ id: email, idProperty: 'email', objectWriteTraceId: `of ${email}`, properties: { email } });
  const answer = await batchApi.upsert({ inputs: [input('ann@example.com'), input('nobody')] });
  assert.deepEqual(answer.results.map((each) => each.properties.email), ['ann@example.com']);
  assert.equal(answer.numErrors, 1);
  assert.equal(answer.errors[0].category, 'VALIDATION_ERROR');
  assert.deepEqual(answer.errors[0].context, { objectWriteTraceId: ['of nobody'] });
});

test('reads a batch by e-mail address', async () => {
  const { basicApi, batchApi } = connect().crm.contacts;
  const made = await basicApi.create({ properties: ann, associations: [] });
  const read = await batchApi.read({
    idProperty: 'email',
    inputs: [{ id: 'ann@example.com' }],
    properties: ['lastname'],
    propertiesWithHistory: [],
  });
  assert.deepEqual(read.results.map((each) => each.id), [made.id]);
});

test('finds a contact a moment after it was made', async () => {
  const { basicApi, searchApi } = connect().crm.contacts;
  const made = await basicApi.create({ properties: ann, associations: [] });
  const search = () => searchApi.doSearch({
    filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ', value: 'ann@example.com' }] }],
    properties: ['email'],
    limit: 10,
  });
  assert.equal((await search()).total, 0, 'the index lags');
  const found = await eventually(async () => {
    const answer = await search();
    return answer.total > 0 && answer;
  });
  assert.deepEqual(found.results.map((each) => each.id), [made.id]);
});

test('makes a deal, a note and a task of a contact, and links another', async () => {
  const { crm } = connect();
  const { id } = await crm.contacts.basicApi.create({ properties: ann, associations: [] });
  const of = (associationTypeId) =>
    [{ to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] }];
  const deal = await crm.deals.basicApi.create({
    properties: { dealname: 'Website', pipeline: 'default', dealstage: 'qualifiedtobuy', amount: '1200' },
    associations: of(3),
  });
  await crm.objects.notes.basicApi.create({
    properties: { hs_timestamp: new Date().toISOString(), hs_note_body: 'Called.' },
    associations: of(202),
  });
  await crm.objects.tasks.basicApi.create({
    properties: { hs_timestamp: new Date().toISOString(), hs_task_subject: 'Call back' },
    associations: of(204),
  });
  await crm.deals.basicApi.update(deal.id, { properties: { dealstage: 'closedwon' } });
  assert.equal((await crm.deals.basicApi.getById(deal.id)).properties.dealstage, 'closedwon');

  const links = await crm.associations.v4.basicApi.getPage('contacts', id, 'deals');
  assert.deepEqual(links.results.map((link) => String(link.toObjectId)), [deal.id]);
  const bob = await crm.contacts.basicApi.create(
    { properties: { email: 'bob@example.com' }, associations: [] });
  await crm.associations.v4.basicApi.create('deals', deal.id, 'contacts', bob.id,
    [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }]);
  const read = await crm.associations.v4.batchApi.getPage('deals', 'contacts',
    { inputs: [{ id: deal.id }] });
  assert.deepEqual(read.results[0].to.map((link) => String(link.toObjectId)).sort(), [id, bob.id].sort());
});

test('makes a company once by a unique property, and ties contact and deal to it', async () => {
  const { crm } = connect();
  const upsert = (name, idProperty = 'leadrelay_id') => crm.companies.batchApi.upsert({ inputs: [
    { id: 'example ltd', idProperty, objectWriteTraceId: name, properties: { name, [idProperty]: 'example ltd' } }] });
  const { results: [first] } = await upsert('Example Ltd');
  const { results: [again] } = await upsert('EXAMPLE Ltd');
  assert.deepEqual([first._new, again._new, again.id], [true, false, first.id]);
  await assert.rejects(upsert('Example', 'domain'),
    (error) => error.code === 400 && error.body.category === 'VALIDATION_ERROR');

  const contact = await crm.contacts.basicApi.create({ properties: ann, associations: [] });
  const deal = await crm.deals.basicApi.create({ properties: { dealname: 'Website' }, associations: [
    { to: { id: first.id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 341 }] }] });
  await crm.associations.v4.batchApi.create('contacts', 'companies', { inputs: [
    { _from: { id: contact.id }, to: { id: first.id },
      types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }] }] });
  for (const [type, id] of [['contacts', contact.id], ['deals', deal.id]]) {
    const links = await crm.associations.v4.basicApi.getPage('companies', first.id, type);
    assert.deepEqual(links.results.map((link) => String(link.toObjectId)), [id]);
  }
});

test('tells the properties and the stages of an account', async () => {
  const { crm } = connect();
  const properties = await crm.properties.coreApi.getAll('contacts');
  const email = properties.results.find((each) => each.name === 'email');
  assert.equal(email.type, 'string');
  assert.equal(email.hasUniqueValue, true);
  const pipelines = await crm.pipelines.pipelinesApi.getAll('deals');
  assert.deepEqual(pipelines.results[0].stages.map((stage) => stage.id).slice(0, 2),
    ['appointmentscheduled', 'qualifiedtobuy']);
});

test('refuses what is no property, and what is no address', async () => {
  const { basicApi } = connect().crm.contacts;
  for (const [properties, code] of [
    [{ nosuch: '1' }, 'PROPERTY_DOESNT_EXIST'], [{ email: 'nobody' }, 'INVALID_EMAIL']]) {
    await assert.rejects(basicApi.create({ properties, associations: [] }), (error) => {
      assert.equal(error.code, 400);
      assert.equal(error.body.category, 'VALIDATION_ERROR');
      assert.equal(error.body.errors[0].code, code);
      assert.ok(error.body.correlationId);
      return true;
    });
  }
});

test('refuses a token that it does not know, and one without the scope', async () => {
  const page = (token) => connect(token).crm.contacts.basicApi.getPage(1);
  await assert.rejects(page('pat-na1-wrong'),
    (error) => error.code === 401 && error.body.category === 'INVALID_AUTHENTICATION');
  await assert.rejects(page('pat-na1-noscopes'),
    (error) => error.code === 403 && error.body.category === 'MISSING_SCOPES' &&
      error.body.errors[0].context.requiredGranularScopes.length > 0);
});

test('gives a token for a refresh token, which expires', async () => {
  const hubspot = connect('');
  const refresh = (token) =>
    hubspot.oauth.tokensApi.create('refresh_token', undefined, undefined,
      'sandbox-client', 'sandbox-secret', token);
  const given = await refresh('sandbox-refresh');
  assert.equal(given.expiresIn, 1800);
  assert.equal(given.tokenType, 'bearer');
  hubspot.setAccessToken(given.accessToken);
  assert.deepEqual((await hubspot.crm.contacts.basicApi.getPage(1)).results, []);

  await sandbox.expireTokens();
  await assert.rejects(hubspot.crm.contacts.basicApi.getPage(1),
    (error) => error.code === 401 && error.body.category === 'EXPIRED_AUTHENTICATION');
  await assert.rejects(refresh('wrong'),
    (error) => error.code === 400 && error.body.status === 'BAD_REFRESH_TOKEN');
});

test('refuses the search too many by the policy that the client waits for', async () => {
  const { searchApi } = connect().crm.contacts;
  const search = () => searchApi.doSearch({ query: 'ann', limit: 1 });
  await sandbox.limit('SECONDLY', 1);
  await search();
  await assert.rejects(search(), (error) => {
    assert.equal(error.code, 429);
    assert.equal(error.body.policyName, 'SECONDLY');
    return true;
  });
  // Its own retries know the refusal by the text, and come through.
  const patient = connect('pat-na1-sandbox', { numberOfApiCallRetries: 3 });
  await patient.crm.contacts.searchApi.doSearch({ query: 'ann', limit: 1 });
});
