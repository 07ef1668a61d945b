// @googleapis/sheets, Google's own.  Its hosts are fixed: what it fetches is fetched from the
// sandbox instead.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { auth, sheets } from '@googleapis/sheets';

import { playedBySandbox } from './lib/sandbox.mjs';

const sandbox = playedBySandbox('google-sheets');
const spreadsheetId = '1SandboxSpreadsheet';
const [key] = /-----BEGIN[^)]*-----END PRIVATE KEY-----\n/.exec(readFileSync(
  `${process.env.LEADRELAY_SOURCE_DIR}/tests/sandbox/systems/google-sheets/account.h`, 'utf8'));

function connect(email = 'relay@sandbox-project.iam.gserviceaccount.com') {
  const fetchImplementation = (url, options) => fetch(`${url}`
    .replace('https://oauth2.googleapis.com/', `${sandbox.url}/`)
    .replace('https://sheets.googleapis.com/', `${sandbox.url}/`), options);
  const account = new auth.JWT({
    email,
    key,
    scopes: ['https://www.googleapis.com/auth/spreadsheets'],
    transporterOptions: { fetchImplementation },
  });
  return sheets({ version: 'v4', auth: account, retry: false }).spreadsheets;
}

const append = (spreadsheets, ...values) => spreadsheets.values.append({
  spreadsheetId,
  range: "'Leads'!A1:E1",
  valueInputOption: 'RAW',
  insertDataOption: 'INSERT_ROWS',
  requestBody: { majorDimension: 'ROWS', values },
});

const refusal = (code, status) => (error) => {
  assert.equal(error.status, code);
  assert.equal(error.response.data.error.status, status);
  return true;
};

test('appends rows, and reads them', async () => {
  const spreadsheets = connect();
  const { data } = await append(spreadsheets,
    ['dlv_1', '2026-08-21T10:00:00Z', 'Ann', 'ann@example.com', '+15551234567'],
    ['dlv_2', null, '=Bob']);
  assert.equal(data.spreadsheetId, spreadsheetId);
  assert.equal(data.updates.updatedRows, 2);
  assert.equal(data.updates.updatedRange, 'Leads!A2:E3');
  const ids = await spreadsheets.values.get(
    { spreadsheetId, range: 'Leads!A:A', majorDimension: 'COLUMNS' });
  assert.deepEqual(ids.data.values, [['Delivery ID', 'dlv_1', 'dlv_2']]);
  const rows = await spreadsheets.values.batchGet(
    { spreadsheetId, ranges: ['Leads!1:1', 'Leads!A3:C3'] });
  assert.equal(rows.data.valueRanges[0].values[0][0], 'Delivery ID');
  assert.deepEqual(rows.data.valueRanges[1].values, [['dlv_2', '', '=Bob']]);
});

test('changes a row, and clears it', async () => {
  const spreadsheets = connect();
  await append(spreadsheets, ['dlv_1', 'today', 'Ann']);
  await spreadsheets.values.batchUpdate({
    spreadsheetId,
    requestBody: { valueInputOption: 'RAW', data: [{ range: 'Leads!A2:C2', values: [[null, null, 'Anna']] }] },
  });
  const read = async () => (await spreadsheets.values.get({ spreadsheetId, range: 'Leads!A2:C2' })).data;
  assert.deepEqual((await read()).values, [['dlv_1', 'today', 'Anna']]);
  const backwards = await spreadsheets.values.get({ spreadsheetId, range: 'Leads!C2:A2' });
  assert.deepEqual(backwards.data.values, [['dlv_1', 'today', 'Anna']]);
  await spreadsheets.values.clear({ spreadsheetId, range: 'Leads!A2:C2' });
  assert.equal((await read()).values, undefined);
});

test('tells its tabs', async () => {
  const { data } = await connect().get(
    { spreadsheetId, fields: 'spreadsheetId,sheets.properties(sheetId,title)' });
  assert.deepEqual(data.sheets.map((sheet) => sheet.properties.title), ['Leads']);
});

test('refuses a tab that is not there, a cell that is too long and a spreadsheet that is not there',
  async () => {
    const spreadsheets = connect();
    await assert.rejects(spreadsheets.values.get({ spreadsheetId, range: 'Nosuch!A1' }),
      refusal(400, 'INVALID_ARGUMENT'));
    await assert.rejects(append(spreadsheets, ['x'.repeat(50001)]), refusal(400, 'INVALID_ARGUMENT'));
    await assert.rejects(spreadsheets.get({ spreadsheetId: 'nosuch' }), refusal(404, 'NOT_FOUND'));
  });

test('refuses an account that it does not know, and a token that is over', async () => {
  await assert.rejects(connect('stranger@example.com').get({ spreadsheetId }),
    (error) => error.response.status === 400 && error.response.data.error === 'invalid_grant');
  const spreadsheets = connect();
  await spreadsheets.get({ spreadsheetId });
  await sandbox.expireTokens();
  await assert.rejects(append(spreadsheets, ['dlv_1']), refusal(401, 'UNAUTHENTICATED'));
});

test('refuses the request too many', async () => {
  const spreadsheets = connect();
  await sandbox.limit('writes', 1);
  await append(spreadsheets, ['dlv_1']);
  await assert.rejects(append(spreadsheets, ['dlv_2']), (error) => {
    assert.equal(error.response.data.error.details[0].reason, 'RATE_LIMIT_EXCEEDED');
    return refusal(429, 'RESOURCE_EXHAUSTED')(error);
  });
});
