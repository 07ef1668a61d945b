// @zohocrm/nodejs-sdk-8.0, Zoho's own.  It asks for a module's fields before it writes to it, and
// keeps them, and its tokens, in files.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import * as Zoho from '@zohocrm/nodejs-sdk-8.0';

import { eventually, playedBySandbox } from './lib/sandbox.mjs';

const { BodyWrapper, RecordOperations } = Zoho.Record;
const sandbox = playedBySandbox('zoho');
const folder = mkdtempSync(join(tmpdir(), 'leadrelay-zoho-'));
after(() => rmSync(folder, { recursive: true }));

// What the library knows of an account is global; the reset before each test ends its tokens.
const store = new Zoho.FileStore(join(folder, 'tokens'));
async function connect(refreshToken = '1000.zoho-sandbox-refresh') {
  await store.deleteTokens();
  await (await new Zoho.InitializeBuilder())
    .environment(Zoho.DataCenter.setEnvironment(
      sandbox.url, `${sandbox.url}/oauth/v2/token`, sandbox.url))
    .token(new Zoho.OAuthBuilder()
      .clientId('1000.SANDBOX')
      .clientSecret('zoho-sandbox-secret')
      .refreshToken(refreshToken)
      .build())
    .store(store)
    // The data centre of the token's api_domain is Zoho's.
    .SDKConfig(new Zoho.SDKConfigBuilder().updateAPIDomain(false).build())
    .resourcePath(folder)
    .initialize();
}

function record(values) {
  const made = new Zoho.Record.Record();
  for (const [name, value] of Object.entries(values)) made.addKeyValue(name, value);
  return made;
}

function bodyOf(...records) {
  const body = new BodyWrapper();
  body.setData(records.map(record));
  return body;
}

// What is said of each record, in short.
function verdicts(response) {
  const said = response.getObject();
  assert.equal(said.constructor.name, 'ActionWrapper', said.code?.getValue());
  return said.getData().map((verdict) => ({
    type: verdict.constructor.name,
    code: verdict.getCode().getValue(),
    action: verdict.action?.getValue(),
    details: Object.fromEntries(verdict.getDetails()),
  }));
}

const ids = (response) => response.getObject().getData().map((found) => found.getId());

function refusal(response) {
  const said = response.getObject();
  assert.equal(said.constructor.name, 'APIException');
  return [response.getStatusCode(), said.getCode().getValue()];
}

const ann = { Last_Name: 'Smith', Company: 'Acme', Email: 'ann@example.com' };

test('makes, reads, changes and deletes a lead', async () => {
  await connect();
  const leads = new RecordOperations('Leads');
  const response = await leads.createRecords(bodyOf(ann));
  assert.equal(response.getStatusCode(), 201);
  const [made] = verdicts(response);
  assert.deepEqual([made.type, made.code], ['SuccessResponse', 'SUCCESS']);
  assert.ok(made.details.Created_Time);
  const id = BigInt(made.details.id);

  const [changed] = verdicts(await leads.updateRecord(id, bodyOf({ Phone: '+15551234567' })));
  assert.equal(changed.code, 'SUCCESS');
  const [read] = (await leads.getRecord(id)).getObject().getData();
  assert.deepEqual(['Email', 'Phone'].map((name) => read.getKeyValue(name)),
    ['ann@example.com', '+15551234567']);
  assert.ok(read.getCreatedTime() instanceof Date);
  assert.deepEqual(verdicts(await leads.deleteRecord(id)).map((each) => each.code), ['SUCCESS']);
  assert.equal((await leads.getRecord(id)).getStatusCode(), 204);
});

test('upserts by e-mail address, and judges each', async () => {
  await connect();
  const leads = new RecordOperations('Leads');
  const upsert = (...records) => {
    const body = bodyOf(...records);
    body.setDuplicateCheckFields(['Email']);
    return leads.upsertRecords(body);
  };
  const [made] = verdicts(await upsert(ann));
  assert.equal(made.action, 'insert');
  const response = await upsert({ ...ann, Email: 'ANN@example.com' }, { ...ann, Email: 'nobody' });
  assert.equal(response.getStatusCode(), 207);
  const [again, refused] = verdicts(response);
  assert.deepEqual([again.action, again.details.id], ['update', made.details.id]);
  assert.deepEqual([refused.type, refused.code, refused.details.api_name],
    ['APIException', 'INVALID_DATA', 'Email']);
});

test('finds a lead by a query at once, by the search a moment later', async () => {
  await connect();
  const leads = new RecordOperations('Leads');
  const [made] = verdicts(await leads.createRecords(bodyOf(ann)));
  // Somebody else, as little as she says about herself.
  verdicts(await leads.createRecords(bodyOf({ Last_Name: 'Jones', Company: 'Acme' })));
  const query = new Zoho.Coql.BodyWrapper();
  query.setSelectQuery("select id, Last_Name from Leads where Email = 'ann@example.com'");
  const selected = await new Zoho.Coql.CoqlOperations().getRecords(query);
  assert.deepEqual(ids(selected), [BigInt(made.details.id)]);

  const parameters = new Zoho.ParameterMap();
  await parameters.add(Zoho.Record.SearchRecordsParam.EMAIL, 'ann@example.com');
  const search = () => leads.searchRecords(parameters);
  assert.equal((await search()).getStatusCode(), 204, 'the index lags');
  const found = await eventually(async () => {
    const response = await search();
    return response.getStatusCode() === 200 && response;
  });
  assert.deepEqual(ids(found), ids(selected));
});

test('makes a deal of a contact, and a note on it', async () => {
  await connect();
  const [contact] = verdicts(
    await new RecordOperations('Contacts').createRecords(bodyOf({ Last_Name: 'Smith' })));
  const deals = new RecordOperations('Deals');
  const [made] = verdicts(await deals.createRecords(bodyOf({
    Deal_Name: 'Website',
    Stage: new Zoho.Choice('Qualification'),
    Closing_Date: new Date('2026-10-01'),
    Amount: 1200.5,
    Contact_Name: record({ id: BigInt(contact.details.id) }),
  })));
  assert.equal(made.code, 'SUCCESS');
  const id = BigInt(made.details.id);
  verdicts(await deals.updateRecord(id, bodyOf({ Stage: new Zoho.Choice('Closed Won') })));
  const [read] = (await deals.getRecord(id)).getObject().getData();
  assert.equal(read.getKeyValue('Stage').getValue(), 'Closed Won');
  assert.equal(read.getKeyValue('Amount'), 1200.5);
  assert.equal(read.getKeyValue('Contact_Name').getId(), BigInt(contact.details.id));

  const parent = new Zoho.Notes.ParentId();
  parent.setId(id);
  const module = new Zoho.Modules.MinifiedModule();
  module.setAPIName('Deals');
  await parent.setModule(module);
  const note = new Zoho.Notes.Note();
  note.setNoteContent('Called.');
  await note.setParentId(parent);
  const notes = new Zoho.Notes.BodyWrapper();
  notes.setData([note]);
  const written = await new Zoho.Notes.NotesOperations().createNotes(notes);
  assert.deepEqual(verdicts(written).map((each) => each.code), ['SUCCESS']);
});

test('upserts a company by its name, and names it in a contact', async () => {
  await connect();
  const upsert = async (name) => {
    const body = bodyOf({ Account_Name: name });
    body.setDuplicateCheckFields(['Account_Name']);
    return verdicts(await new RecordOperations('Accounts').upsertRecords(body))[0];
  };
  const made = await upsert('Example Ltd');
  const again = await upsert('Example Ltd');
  assert.deepEqual([made.action, again.action, again.details.id], ['insert', 'update', made.details.id]);

  const id = BigInt(made.details.id);
  const contacts = new RecordOperations('Contacts');
  const [contact] = verdicts(
    await contacts.createRecords(bodyOf({ Last_Name: 'Smith', Account_Name: record({ id }) })));
  const [read] = (await contacts.getRecord(BigInt(contact.details.id))).getObject().getData();
  assert.equal(read.getKeyValue('Account_Name').getId(), id);
});

test('tells whose account it is', async () => {
  await connect();
  const [organization] = (await new Zoho.Org.OrgOperations().getOrganization()).getObject().getOrg();
  assert.equal(organization.getCompanyName(), 'Sandbox');
});

test('refuses a name that is too long, and a module that is not there', async () => {
  await connect();
  const response = await new RecordOperations('Leads').upsertRecords(
    bodyOf({ ...ann, Last_Name: 'x'.repeat(81) }));
  assert.equal(response.getStatusCode(), 400);
  assert.deepEqual(verdicts(response).map((each) => [each.code, each.details.api_name]),
    [['INVALID_DATA', 'Last_Name']]);
  await assert.rejects(new RecordOperations('Nosuch').getRecords(), Zoho.SDKException);
});

test('refuses a refresh token that it does not know, and a token that is over', async () => {
  await assert.rejects(connect('1000.wrong'),
    (error) => error instanceof Zoho.SDKException && error.message === 'invalid_code');
  await connect();
  const organization = new Zoho.Org.OrgOperations();
  assert.equal((await organization.getOrganization()).getStatusCode(), 200);
  await sandbox.expireTokens();
  assert.deepEqual(refusal(await organization.getOrganization()), [401, 'INVALID_TOKEN']);
});

test('refuses the request too many of a day', async () => {
  await connect();
  await sandbox.limit('CREDITS', 1);
  const organization = new Zoho.Org.OrgOperations();
  await organization.getOrganization();
  assert.deepEqual(refusal(await organization.getOrganization()), [429, 'TOO_MANY_REQUESTS']);
});
