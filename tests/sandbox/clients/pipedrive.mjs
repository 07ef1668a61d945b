// pipedrive, Pipedrive's own.  Its errors are the bodies of the answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as v1 from 'pipedrive/v1';
import * as v2 from 'pipedrive/v2';

import { eventually, playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('pipedrive');
const customField = '39365abf109ea01960620ae35f468978ae611bc8';

function connect(apiKey = 'sandbox-pipedrive-token') {
  const current = new v2.Configuration({ apiKey, basePath: `${sandbox.url}/api/v2` });
  const old = new v1.Configuration({ apiKey, basePath: `${sandbox.url}/api/v1` });
  return {
    persons: new v2.PersonsApi(current),
    deals: new v2.DealsApi(current),
    activities: new v2.ActivitiesApi(current),
    organizations: new v2.OrganizationsApi(current),
    stages: new v2.StagesApi(current),
    personFields: new v2.PersonFieldsApi(current),
    notes: new v1.NotesApi(old),
    leads: new v1.LeadsApi(old),
    users: new v1.UsersApi(old),
  };
}

const ann = {
  name: 'Ann Smith',
  emails: [{ value: 'ann@example.com', primary: true, label: 'work' }],
  phones: [{ value: '+15551234567', primary: true, label: 'work' }],
};

async function addAnn(pipedrive) {
  const { success, data } = await pipedrive.persons.addPerson({ AddPersonRequest: ann });
  assert.equal(success, true);
  return data;
}

test('makes, reads, changes and deletes a person', async () => {
  const { persons } = connect();
  const made = await addAnn({ persons });
  assert.ok(Number.isInteger(made.id));

  await persons.updatePerson({ id: made.id, UpdatePersonRequest: { name: 'Ann Jones' } });
  const read = (await persons.getPerson({ id: made.id })).data;
  assert.equal(read.name, 'Ann Jones');
  assert.equal(read.emails[0].value, 'ann@example.com');
  const listed = await persons.getPersons({ limit: 10 });
  assert.deepEqual(listed.data.map((person) => person.id), [made.id]);

  assert.deepEqual((await persons.deletePerson({ id: made.id })).data, { id: made.id });
  await assert.rejects(persons.getPerson({ id: made.id }),
    (body) => body.success === false && typeof body.error === 'string');
});

test('two persons may have one e-mail address; the search sees them a moment later', async () => {
  const { persons } = connect();
  const ids = [(await addAnn({ persons })).id, (await addAnn({ persons })).id];
  const search = async () => (await persons.searchPersons(
    { term: 'ANN@example.com', fields: 'email', exact_match: true, limit: 10 })).data.items;
  assert.deepEqual(await search(), [], 'the index lags');
  const found = await eventually(async () => {
    const items = await search();
    return items.length === 2 && items;
  });
  assert.deepEqual(found.map(({ item }) => item.id).sort(), ids);
  assert.deepEqual(found[0].item.emails, ['ann@example.com']);
});

test('makes a deal, a note, an activity and a lead of a person', async () => {
  const pipedrive = connect();
  const person = await addAnn(pipedrive);
  const organization = await pipedrive.organizations.addOrganization(
    { AddOrganizationRequest: { name: 'Acme' } });
  const stage = (await pipedrive.stages.getStages({ pipeline_id: 1 })).data[1];
  const deal = (await pipedrive.deals.addDeal({
    AddDealRequest: {
      title: 'Website',
      person_id: person.id,
      org_id: organization.data.id,
      value: 1200.5,
      currency: 'EUR',
      custom_fields: { [customField]: 'dlv-1' },
    },
  })).data;
  assert.equal(deal.status, 'open');
  await pipedrive.deals.updateDeal({ id: deal.id, UpdateDealRequest: { stage_id: stage.id } });
  const deals = (await pipedrive.deals.getDeals({ person_id: person.id, status: 'open' })).data;
  assert.deepEqual(deals.map((each) => [each.id, each.stage_id, each.custom_fields[customField]]),
    [[deal.id, stage.id, 'dlv-1']]);

  const note = await pipedrive.notes.addNote(
    { AddNoteRequest: { content: '<b>Called</b>', person_id: person.id, deal_id: deal.id } });
  assert.equal(note.data.content, '<b>Called</b>');
  const activity = await pipedrive.activities.addActivity({
    AddActivityRequest: {
      subject: 'Call Ann',
      type: 'call',
      due_date: '2026-10-01',
      deal_id: deal.id,
      participants: [{ person_id: person.id, primary: true }],
    },
  });
  assert.equal(activity.data.done, false);
  const lead = await pipedrive.leads.addLead(
    { AddLeadRequest: { title: 'Shop', person_id: person.id, value: { amount: 5, currency: 'EUR' } } });
  assert.match(lead.data.id, /^[0-9a-f-]{36}$/);
});

test('tells who it is talking to, and the fields of a person', async () => {
  const pipedrive = connect();
  assert.equal((await pipedrive.users.getCurrentUser()).data.company_domain, 'sandbox');
  const fields = (await pipedrive.personFields.getPersonFields()).data;
  assert.ok(fields.some((field) => field.field_code === customField && field.is_custom_field));
});

test('refuses a key that it does not know, and a deal without a title', async () => {
  const { persons, deals, notes } = connect();
  const invalid = (body) => body.success === false && body.code === 'ERR_SCHEMA_VALIDATION_FAILED';
  await assert.rejects(persons.addPerson({ AddPersonRequest: { ...ann, email: 'a@example.com' } }), invalid);
  await assert.rejects(deals.addDeal({ AddDealRequest: { value: 1 } }), invalid);
  await assert.rejects(notes.addNote({ AddNoteRequest: { content: 'of nothing' } }),
    (body) => body.success === false && !('code' in body));
});

test('refuses a token that it does not know, and the writes of a reader', async () => {
  await assert.rejects(connect('wrong').users.getCurrentUser(),
    { success: false, error: 'unauthorized access', errorCode: 401 });
  const reader = connect('sandbox-pipedrive-reader');
  assert.equal((await reader.users.getCurrentUser()).success, true);
  await assert.rejects(addAnn(reader), (body) => body.success === false);
});

test('gives a token for a refresh token, and the host to use it on', async () => {
  const oauth = new v2.OAuth2Configuration({
    clientId: 'sandbox-client',
    clientSecret: 'sandbox-secret',
    redirectUri: 'http://127.0.0.1/',
    host: sandbox.url,
  });
  oauth.updateToken({ refresh_token: 'sandbox-refresh', access_token: 'old', expires_in: -1 });
  const persons = new v2.PersonsApi(
    new v2.Configuration({ accessToken: oauth.getAccessToken, basePath: oauth.basePath }));
  await addAnn({ persons });
  assert.equal(oauth.basePath, `${sandbox.url}/api/v2`);
  assert.equal(oauth.expiresIn, 3599);

  await sandbox.expireTokens();
  await assert.rejects(addAnn({ persons }), (body) => body.errorCode === 401);
  oauth.refreshToken = 'wrong';
  await assert.rejects(oauth.tokenRefresh(), (body) => body.success === false);
});

test('refuses the request too many', async () => {
  const { users } = connect();
  await sandbox.limit('burst', 1);
  await users.getCurrentUser();
  await assert.rejects(users.getCurrentUser(), (body) => body.success === false);
});
