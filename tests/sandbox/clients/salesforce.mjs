// jsforce, the client library that Salesforce keeps up.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import { test } from 'node:test';

import jsforce from 'jsforce';

import { playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('salesforce');
const version = '67.0';
const ann = { FirstName: 'Ann', LastName: 'Smith', Company: 'Acme', Email: 'ann@example.com' };

async function connect() {
  const salesforce = new jsforce.Connection({
    version,
    instanceUrl: sandbox.url,
    oauth2: { loginUrl: sandbox.url, clientId: 'sandbox-consumer', clientSecret: 'sandbox-secret' },
  });
  await salesforce.authorize({ grant_type: 'client_credentials' });
  return salesforce;
}

// What jsforce has for bulk jobs goes to the host of the instance, whatever its path: so Salesforce
// gets a host of its own, for the length of test `t`.
async function connectToItsHost(t) {
  const host = createServer((request, answer) => {
    const { method, headers } = request;
    request.pipe(forward(sandbox.url + request.url, { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    }));
  });
  t.after(() => host.close() && host.closeAllConnections());
  await once(host.listen(0, '127.0.0.1'), 'listening');
  const salesforce = await connect();
  salesforce.instanceUrl = `http://127.0.0.1:${host.address().port}`;
  return salesforce;
}

test('gets a token, and the host to use it on', async () => {
  const salesforce = await connect();
  assert.equal(salesforce.instanceUrl, sandbox.url);
  assert.match(salesforce.userInfo.organizationId, /^00D/);
  const limits = await salesforce.limits();
  assert.equal(limits.DailyApiRequests.Max, 15000);
  assert.equal(salesforce.limitInfo.apiUsage.limit, 15000);
});

test('makes, reads, changes and deletes a lead', async () => {
  const leads = (await connect()).sobject('Lead');
  const made = await leads.create(ann);
  assert.equal(made.success, true);
  assert.match(made.id, /^00Q.{15}$/);
  assert.deepEqual(await leads.update({ Id: made.id, Phone: '+15551234567' }),
    { id: made.id, success: true, errors: [] });
  const read = await leads.retrieve(made.id);
  assert.equal(read.attributes.type, 'Lead');
  assert.equal(read.Phone, '+15551234567');
  assert.deepEqual(Object.keys(await leads.retrieve(made.id, { fields: ['Id', 'Email'] })),
    ['attributes', 'Id', 'Email']);
  assert.equal((await leads.destroy(made.id)).success, true);
  await assert.rejects(leads.retrieve(made.id), { errorCode: 'NOT_FOUND' });
});

test('upserts by an external id', async () => {
  const leads = (await connect()).sobject('Lead');
  const made = await leads.upsert({ ...ann, Delivery_Key__c: 'dlv-1' }, 'Delivery_Key__c');
  assert.equal(made.created, true);
  const again = await leads.upsert({ Phone: '+15551234567', Delivery_Key__c: 'DLV-1' }, 'Delivery_Key__c');
  assert.deepEqual([again.id, again.success, again.created], [made.id, true, false]);
});

test('upserts many, and judges each', async () => {
  const leads = (await connect()).sobject('Lead');
  const made = await leads.upsert([
    { ...ann, Delivery_Key__c: 'dlv-1' },
    { Email: 'nameless@example.com', Delivery_Key__c: 'dlv-2' },
  ], 'Delivery_Key__c');
  assert.deepEqual(made.map((each) => each.success), [true, false]);
  assert.equal(made[0].created, true);
  assert.equal(made[1].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
  const created = await leads.create(
    [{ ...ann, LastName: 'Jones' }, { ...ann, LastName: 'Miller' }], { allOrNone: false });
  assert.deepEqual(created.map((each) => each.success), [true, true]);
});

test('finds a person by e-mail address at once', async () => {
  const salesforce = await connect();
  const { id } = await salesforce.sobject('Contact').create(
    { LastName: "O'Brien", Email: "o'brien@example.com" });
  const query = await salesforce.query(
    "SELECT Id, LastName FROM Contact WHERE Email = 'o\\'brien@example.com' LIMIT 2");
  assert.equal(query.totalSize, 1);
  assert.equal(query.done, true);
  assert.deepEqual([query.records[0].Id, query.records[0].LastName], [id, "O'Brien"]);
  const found = await salesforce.sobject('Contact').find({ Email: "o'brien@example.com" }, ['Id']);
  assert.deepEqual(found.map((contact) => contact.Id), [id]);
});

test('makes an opportunity with a role, a task and a note', async () => {
  const salesforce = await connect();
  const contact = await salesforce.sobject('Contact').create({ LastName: 'Smith' });
  const opportunity = await salesforce.sobject('Opportunity').create(
    { Name: 'Website', StageName: 'Prospecting', CloseDate: '2026-12-31', Amount: 1200 });
  await salesforce.sobject('OpportunityContactRole').create(
    { OpportunityId: opportunity.id, ContactId: contact.id, IsPrimary: true });
  await salesforce.sobject('Opportunity').update({ Id: opportunity.id, StageName: 'Closed Won' });
  assert.equal((await salesforce.sobject('Opportunity').retrieve(opportunity.id)).StageName,
    'Closed Won');
  const task = await salesforce.sobject('Task').create(
    { Subject: 'Call', Status: 'Completed', WhoId: contact.id });
  assert.equal(task.success, true);
  const composite = await salesforce.requestPost('/composite', {
    allOrNone: true,
    compositeRequest: [{
      method: 'POST',
      url: `/services/data/v${version}/sobjects/Opportunity`,
      referenceId: 'deal',
      body: { Name: 'Shop', StageName: 'Prospecting', CloseDate: '2026-12-31' },
    }, {
      method: 'POST',
      url: `/services/data/v${version}/sobjects/OpportunityContactRole`,
      referenceId: 'role',
      body: { OpportunityId: '@{deal.id}', ContactId: contact.id },
    }],
  });
  assert.deepEqual(composite.compositeResponse.map((each) => [each.referenceId, each.httpStatusCode]),
    [['deal', 201], ['role', 201]]);
});

test('loads many in a bulk job, and tells who failed', async (t) => {
  const salesforce = await connectToItsHost(t);
  await salesforce.sobject('Lead').create({ ...ann, Delivery_Key__c: 'dlv-0' });
  const hostile = 'Chairs, "Tables"\r\n& Co';
  const { successfulResults, failedResults, unprocessedRecords } =
    await salesforce.bulk2.loadAndWaitForResults({
      object: 'Lead',
      operation: 'upsert',
      externalIdFieldName: 'Delivery_Key__c',
      input: [
        { ...ann, Company: hostile, Delivery_Key__c: 'dlv-0' },
        { LastName: 'Jones', Company: 'Acme', Delivery_Key__c: 'dlv-1' },
        { Email: 'nameless@example.com', Delivery_Key__c: 'dlv-2' },
      ],
      pollInterval: 300,
      pollTimeout: 20000,
    });
  const created = new Map(successfulResults.map((row) => [row.Delivery_Key__c, row.sf__Created]));
  assert.deepEqual([created.get('dlv-0'), created.get('dlv-1'), created.size], ['false', 'true', 2]);
  assert.match(successfulResults[0].sf__Id, /^00Q.{15}$/);
  assert.equal(failedResults.length, 1);
  assert.equal(failedResults[0].Delivery_Key__c, 'dlv-2');
  assert.match(failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:.*:LastName,Company --$/);
  assert.deepEqual(unprocessedRecords, []);
  const [lead] = await salesforce.sobject('Lead').find({ Delivery_Key__c: 'dlv-0' }, ['Company']);
  assert.equal(lead.Company, hostile);
});

test('fails a bulk job with a column that is no field', async (t) => {
  const job = (await connectToItsHost(t)).bulk2.createJob({ object: 'Lead', operation: 'insert' });
  await job.open();
  await job.uploadData([{ ...ann, Nosuch__c: '1' }]);
  await job.close();
  await assert.rejects(job.poll(300, 20000), /InvalidBatch : Field name not found : Nosuch__c/);
});

test('describes an object', async () => {
  const { fields } = await (await connect()).sobject('Lead').describe();
  const key = fields.find((field) => field.name === 'Delivery_Key__c');
  assert.deepEqual([key.externalId, key.unique, key.custom], [true, true, true]);
});

test('refuses what is no field, what is missing and what is no query', async () => {
  const salesforce = await connect();
  const leads = salesforce.sobject('Lead');
  await assert.rejects(leads.create({ ...ann, Nosuch__c: '1' }), { errorCode: 'INVALID_FIELD' });
  await assert.rejects(leads.create({ FirstName: 'Ann' }), (error) =>
    error.errorCode === 'REQUIRED_FIELD_MISSING' && error.data.fields.includes('LastName'));
  await assert.rejects(salesforce.query('SELECT'), { errorCode: 'MALFORMED_QUERY' });
});

test('refuses the duplicate of a person, and names the first', async () => {
  const contacts = (await connect()).sobject('Contact');
  const person = { FirstName: 'Ann', LastName: 'Smith', Phone: '+15551234567' };
  const { id } = await contacts.create(person);
  await assert.rejects(contacts.create(person), (error) => {
    assert.equal(error.errorCode, 'DUPLICATES_DETECTED');
    const [match] = error.data.duplicateResut.matchResults;
    assert.equal(match.matchRecords[0].record.Id, id);
    return true;
  });
});

test('refuses a client that it does not know, and a session that is over', async () => {
  const stranger = new jsforce.Connection({
    version,
    oauth2: { loginUrl: sandbox.url, clientId: 'sandbox-consumer', clientSecret: 'wrong' },
  });
  await assert.rejects(stranger.authorize({ grant_type: 'client_credentials' }),
    { name: 'invalid_client' });
  const late = new jsforce.Connection({ version, instanceUrl: sandbox.url, accessToken: 'old' });
  await assert.rejects(late.query('SELECT Id FROM Lead'), { errorCode: 'INVALID_SESSION_ID' });
});

test('renews a session that is over by its refresh token', async () => {
  const salesforce = new jsforce.Connection({
    version,
    instanceUrl: sandbox.url,
    oauth2: { loginUrl: sandbox.url, clientId: 'sandbox-consumer', clientSecret: 'sandbox-secret' },
    accessToken: 'old',
    refreshToken: 'sandbox-refresh',
  });
  assert.equal((await salesforce.query('SELECT Id FROM Lead')).totalSize, 0);
  assert.notEqual(salesforce.accessToken, 'old');
});

test('refuses the request too many of a day', async () => {
  const salesforce = await connect();
  await sandbox.limit('day', 1);
  await salesforce.limits();
  await assert.rejects(salesforce.limits(), { errorCode: 'REQUEST_LIMIT_EXCEEDED' });
});
