import { type SlackPress, slackPressBody, slackSigned } from '@lastgood/testkit/servers/slack-press';
import { type SlackServer, startSlackServer } from '@lastgood/testkit/servers/slack-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPresses } from './presses.ts';
import { signatureFault } from './signature.ts';

/* Signed and written as https://docs.slack.dev/authentication/verifying-requests-from-slack and the page of block_actions say. */

const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const now = 1_531_420_618_500;
const presses = createPresses({ signingSecret: secret });
afterAll(() => presses.close());

function read(press: SlackPress, by = presses) {
  const body = slackPressBody(press);
  return by.read({ headers: slackSigned(body, secret, now), body: Buffer.from(body) }, now);
}

describe('the signature', () => {
  it('is that of the example in the documentation of Slack', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
    const headers = { 'x-slack-request-timestamp': '1531420618', 'x-slack-signature': signature };
    expect(signatureFault({ headers, body: Buffer.from(body) }, secret, now)).toBeNull();
  });

  const body = slackPressBody({ action_id: 'lastgood_rollback', value: 'd-42' });
  const headers = slackSigned(body, secret, now);
  const fault = (over: Record<string, string | string[] | undefined>, at = now, given: string = body) =>
    signatureFault({ headers: { ...headers, ...over }, body: Buffer.from(given) }, secret, at);

  it.each([
    ['absent', { 'x-slack-signature': undefined }],
    ['without its time', { 'x-slack-request-timestamp': undefined }],
    ['given twice', { 'x-slack-signature': [headers['x-slack-signature'] ?? '', 'v0=00'] }],
    ['of a time that is none', { 'x-slack-request-timestamp': 'now' }],
    ['of a time with a sign', { 'x-slack-request-timestamp': '-1531420618' }],
    ['empty', { 'x-slack-signature': '' }],
    ['cut', { 'x-slack-signature': headers['x-slack-signature']?.slice(0, -2) }],
    ['of another version', { 'x-slack-signature': headers['x-slack-signature']?.replace('v0', 'v1') }],
    ['in capitals', { 'x-slack-signature': headers['x-slack-signature']?.toUpperCase() }],
    ['of another second', { 'x-slack-request-timestamp': '1531420617' }],
    [
      'of another secret',
      { 'x-slack-signature': slackSigned(body, 'f'.repeat(32), now)['x-slack-signature'] },
    ],
  ])('is refused when it is %s', (_what, over) => {
    expect(fault(over)).toMatch(/signed|signature/);
  });

  it('is of the very bytes', () => {
    expect(fault({})).toBeNull();
    for (const other of [
      `${body} `,
      body.slice(0, -1),
      '',
      body.replace('d-42', 'd-43'),
      `${body}&payload=%7B%7D`,
    ])
      expect(fault({}, now, other)).toContain('signature');
  });

  it('holds for five minutes, before and after', () => {
    const minute = 60_000;
    expect(fault({}, now + 5 * minute - 1_000)).toBeNull();
    expect(fault({}, now - 5 * minute + 1_000)).toBeNull();
    expect(fault({}, now + 5 * minute + 1_000)).toContain('five minutes');
    expect(fault({}, now - 5 * minute - 1_000)).toContain('five minutes');
  });
});

describe('a press', () => {
  it('says what, about what, by whom, and where they are told', () => {
    expect(read({ action_id: 'lastgood_rollback', value: 'd-42' })).toEqual({
      kind: 'press',
      press: {
        id: '1548426417.840180/U0ADA1234/rollback/d-42',
        ...{ act: 'rollback', about: 'd-42', by: 'ada (U0ADA1234, Slack)' },
        answerTo: 'https://hooks.slack.com/actions/T0SHOP/1/abc',
      },
    });
    expect(read({ action_id: 'lastgood_undo', value: 'r-1' })).toMatchObject({
      press: { act: 'undo', about: 'r-1' },
    });
  });

  it.each([
    ['a button that opens an address', { action_id: 'lastgood_open' }],
    ['a button of somebody else', { action_id: 'approve', value: 'd-42' }],
    ['a name that every object has', { action_id: 'constructor', value: 'd-42' }],
    ['one about nothing', { action_id: 'lastgood_rollback' }],
    ['one about too much', { action_id: 'lastgood_rollback', value: 'x'.repeat(801) }],
    ['one with a line break', { action_id: 'lastgood_rollback', value: 'd\n42' }],
    ['one by nobody', { action_id: 'lastgood_rollback', value: 'd-42', user: { name: 'ada' } }],
    [
      'something else than buttons',
      { action_id: 'lastgood_rollback', value: 'd-42', type: 'view_submission' },
    ],
  ])('is nothing to do when it is %s', (_what, press) => {
    expect(read(press)).toEqual({ kind: 'nothing' });
  });

  it.each([
    '',
    'payload=',
    'payload={',
    'payload=%FF',
    'payload=[]',
    'payload=null',
    'ssl_check=1',
    'payload=1&payload=2',
  ])('is nothing to do when the body is “%s”, though it is signed', (body) => {
    const headers = slackSigned(body, secret, now);
    expect(presses.read({ headers, body: Buffer.from(body) }, now)).toEqual({ kind: 'nothing' });
  });

  it.each([
    [{ id: 'U0ADA1234', username: 'ada\u202e\n(name proven)' }, 'ada(name proven) (U0ADA1234, Slack)'],
    [{ id: 'U0ADA1234', name: 'x'.repeat(500) }, `${'x'.repeat(60)} (U0ADA1234, Slack)`],
    [{ id: 'U0ADA1234' }, 'U0ADA1234 (Slack)'],
  ])('names whoever pressed, with their ID: %o', (user, by) => {
    expect(read({ action_id: 'lastgood_rollback', value: 'd-42', user })).toMatchObject({ press: { by } });
  });

  it.each([
    'http://hooks.slack.com/actions/1',
    'https://hooks.slack.com.evil.example/actions/1',
    'https://evil.example/hooks.slack.com',
    'https://hooks.slack.com@evil.example/',
    'https://me:pw@hooks.slack.com/actions/1',
    'https://hooks.slack.com:8443/actions/1',
    'https://127.0.0.1/actions/1',
    'file:///etc/passwd',
    'no address',
    `https://hooks.slack.com/${'x'.repeat(2_000)}`,
  ])('is answered nowhere at %s', async (response_url) => {
    const reading = read({ action_id: 'lastgood_rollback', value: 'd-42', response_url });
    expect(reading).toMatchObject({ kind: 'press', press: { answerTo: null } });
    if (reading.kind !== 'press') return;
    // Not either when whoever calls says so.
    const forged = { ...reading.press, answerTo: response_url };
    const answer = { text: 'hello', link: null, undo: null };
    expect(await presses.answer(forged, answer, new AbortController().signal)).toContain(
      'without an address',
    );
  });
});

describe('the answer to a press', () => {
  let slack: SlackServer;
  let own: ReturnType<typeof createPresses>;
  beforeAll(async () => {
    slack = await startSlackServer();
    own = createPresses({ signingSecret: secret, url: slack.api });
  });
  afterAll(async () => {
    await own.close();
    await slack.close();
  });

  it('is for whoever pressed alone, with Undo and Open, as long as Slack takes it', async () => {
    const response_url = `${slack.url}/actions/T0SHOP/1/abc`;
    const reading = read({ action_id: 'lastgood_rollback', value: 'd-42', response_url }, own);
    if (reading.kind !== 'press') throw new Error('it was not read');
    const answer = {
      text: `<!channel> ${'x'.repeat(9_000)}`,
      link: 'https://lastgood.example/runs/1',
      undo: 'run-1',
    };
    expect(await own.answer(reading.press, answer, new AbortController().signal)).toBeNull();
    expect(slack.answers).toEqual([
      expect.objectContaining({ response_type: 'ephemeral', replace_original: false }),
    ]);
    const [told] = slack.answers;
    expect(told?.text).toMatch(/^&lt;!channel&gt; x+…$/);
    expect(JSON.stringify(told?.blocks).length).toBeLessThan(4_000);
    expect(JSON.stringify(told?.blocks)).toMatch(/lastgood_undo.*run-1.*lastgood_open.*runs\/1/);
  });

  it('is given up in words where nobody takes it', async () => {
    const closed = createPresses({ signingSecret: secret, url: 'http://127.0.0.1:1/api' });
    const press = {
      id: '1',
      act: 'rollback',
      about: 'd',
      by: 'ada',
      answerTo: 'http://127.0.0.1:1/actions/secret',
    } as const;
    const why = await closed.answer(
      press,
      { text: 'a', link: null, undo: null },
      new AbortController().signal,
    );
    expect(why).toContain('127.0.0.1:1');
    expect(why).not.toContain('secret');
    await closed.close();
  });
});
