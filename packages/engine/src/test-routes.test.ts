import { type Delivery, type Notifier, nobody, type Outgoing, type TestedPlace } from '@lastgood/domain';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, it } from 'vitest';
import { testRoutes } from './test-routes.ts';

/* What somebody is told who asks for a sample down each route. */

/** Shorter pauses are over at once. */
const withinMs = 5_000;

async function tested(
  notifier: Partial<Notifier>,
  { isLongOver = false, over = {} }: { isLongOver?: boolean; over?: Partial<TestedPlace> } = {},
) {
  const { time, forever } = createTestEngine();
  const one: Notifier = {
    ...{ name: 'one', hears: 'people' },
    deliver: async () => ({ kind: 'delivered' }),
    ...notifier,
  };
  const [result] = await testRoutes(
    {
      notifiers: [one],
      clock: {
        ...time.clock,
        sleep: (ms, signal) =>
          ms < withinMs || isLongOver ? Promise.resolve() : time.clock.sleep(ms, signal),
      },
      newId: () => '7',
      publicUrl: 'https://x.example',
      withinMs,
    },
    [{ notifier: 'one', to: null, routes: ['notifications.routes.0'], ...over }],
    nobody,
    forever,
  );
  return result;
}

it('who of several in a place did not get it is named, with the reason', async () => {
  const missed = [{ to: 'oncall@example.com', reason: '550 No such mailbox.' }];
  expect(await tested({ deliver: async () => ({ kind: 'delivered', missed }) })).toMatchObject({
    arrived: false,
    words: 'It did not reach oncall@example.com (550 No such mailbox); the others have it.',
  });
});

/** What is sent is answered one after the other; what was sent is returned. */
async function answering(...answers: Delivery[]) {
  return answeringOf({}, ...answers);
}

async function answeringOf(notifier: Partial<Notifier>, ...answers: Delivery[]) {
  const sent: Outgoing[] = [];
  const deliver = async (outgoing: Outgoing): Promise<Delivery> => {
    sent.push(outgoing);
    return answers[sent.length - 1] ?? { kind: 'delivered' };
  };
  return { said: await tested({ ...notifier, deliver }), sent };
}

const busy: Delivery = { kind: 'retry', reason: 'HTTP 503.', afterMs: null };
const kindsOf = (sent: readonly Outgoing[]) => sent.map(({ notification }) => notification.kind);

it('says of a receiver that tells it on no more than that it was accepted', async () => {
  const deliver = async (): Promise<Delivery> => ({ kind: 'delivered' });
  expect(await tested({ deliver })).toMatchObject({ arrived: true, words: expect.stringMatching(/arrived/) });
  expect(await tested({ deliver, handsOverTo: 'Teams' })).toMatchObject({
    ...{ arrived: null, accepted: true },
    words: expect.stringMatching(
      /^2 messages were accepted by Teams, in \d+ ms\. .*look whether they arrive\.$/,
    ),
  });
});

it('says why what was taken may have arrived nowhere', async () => {
  const doubt = 'It answered HTTP 200 OK with a web page.';
  expect(await tested({ deliver: async () => ({ kind: 'delivered', doubt }) })).toMatchObject({
    ...{ arrived: null, accepted: true },
    words: expect.stringMatching(
      /^2 messages were accepted, in \d+ ms\. It answered .* web page\. Look whether/,
    ),
  });
});

it('says of itself that it is a test, and leads to no page that is not there', async () => {
  const { sent } = await answering();
  expect(sent.map(({ message }) => message.stage)).toEqual([
    'Test: Rollback suggested',
    'Test: Rolled back and verified',
  ]);
  for (const { message, notification } of sent) {
    expect(message).toMatchObject({ title: expect.stringMatching(/^Test: /), link: null });
    expect(notification.test).toBe(true);
  }
});

it('ends what it began though the receiver is busy for a moment, or did not answer to the beginning', async () => {
  const late = await answering({ kind: 'delivered', receipt: { ts: '1' } }, busy, busy);
  expect(late.said).toMatchObject({ arrived: true });
  expect(kindsOf(late.sent)).toEqual(['rollback_suggested', 'rolled_back', 'rolled_back', 'rolled_back']);
  expect(late.sent[3]).toMatchObject({ earlier: { ts: '1' }, again: true });
  const unsure = await answering(busy);
  expect(unsure.said).toMatchObject({ arrived: false, words: expect.stringMatching(/sent: HTTP 503\./) });
  expect(kindsOf(unsure.sent)).toEqual(['rollback_suggested', 'rolled_back']);
});

it('ends by its key what may have been opened though no answer came, and says what became of it', async () => {
  const closes = { closesUnanswered: true } as const;
  const closed = await answeringOf(closes, busy);
  expect(closed.said).toMatchObject({
    ...{ arrived: false, accepted: false },
    words: 'It could not be sent: HTTP 503. The first message may have arrived all the same; it was closed.',
  });
  const [begins, ends] = closed.sent;
  expect(ends).toMatchObject({ earlier: null, passed: [begins?.notification] });
  const open = await answeringOf(closes, busy, busy, busy, busy);
  expect(open.said).toMatchObject({
    words: expect.stringMatching(/be open still: look there, and close it\.$/),
  });
  expect(open.sent[3]).toMatchObject({ again: true, passed: [begins?.notification] });
});

it('says that nothing tells what became of a message without an answer, where none does', async () => {
  expect((await answering(busy)).said).toMatchObject({
    arrived: false,
    words: expect.stringMatching(/Nothing tells whether .* beside its end, which arrived\.$/),
  });
  expect((await answering(busy, busy, busy, busy)).said).toMatchObject({
    words: expect.stringMatching(/Nothing tells whether .* unended\.$/),
  });
});

it('says that something may be open where its end was not taken, and sends none to whom the beginning was refused', async () => {
  const open = await answering({ kind: 'delivered' }, busy, busy, busy);
  expect(open.said).toMatchObject({
    arrived: false,
    words: expect.stringContaining('may be open still, so close it.'),
  });
  const refused = await answering({ kind: 'refused', reason: 'HTTP 410.' });
  expect(refused.said).toMatchObject({ arrived: false, words: 'It was refused: HTTP 410.' });
  expect(refused.sent).toHaveLength(1);
});

it('waits for nobody who does not heed that the time is over, and says so', async () => {
  const hung = () => new Promise<never>(() => {});
  expect(await tested({ deliver: hung }, { isLongOver: true })).toMatchObject({
    ...{
      arrived: false,
      words: expect.stringMatching(/^It could not be sent: there was no answer in time\. Nothing/),
    },
  });
  expect(await tested({ hears: 'records', probe: hung }, { isLongOver: true })).toMatchObject({
    ...{ arrived: null, words: 'It keeps records of releases, and it did not answer in time.' },
  });
});

it('asks who keeps records whether the settings work, and sends nothing there', async () => {
  const deliver = () => expect.unreachable('nothing is sent');
  const asked = (probe?: Notifier['probe']) => tested({ hears: 'records', deliver, ...(probe && { probe }) });
  expect(await asked()).toMatchObject({ arrived: null, words: expect.stringContaining('nothing to send') });
  expect(await asked(async () => null)).toMatchObject({
    ...{ arrived: null, words: expect.stringContaining('its settings work') },
  });
  const fault = { setting: 'token', reason: 'The token was revoked.', advice: 'Make another one.' };
  expect(await asked(async () => fault)).toMatchObject({
    ...{ arrived: false, words: 'The token was revoked. Make another one.' },
  });
});

it('sends no page where only quiet events go, and says so', async () => {
  const sent: Outgoing[] = [];
  const deliver = async (outgoing: Outgoing): Promise<Delivery> => {
    sent.push(outgoing);
    return { kind: 'delivered' };
  };
  const said = await tested({ deliver }, { over: { noPages: true } });
  expect(sent.map(({ notification: { kind, urgency } }) => [kind, urgency])).toEqual([
    ['rolling_back', 'info'],
    ['rolled_back', 'info'],
  ]);
  expect(said).toMatchObject({
    ...{ arrived: true, accepted: true },
    words: expect.stringMatching(
      /^2 messages arrived, .* By its routes no page goes there, so that none was/,
    ),
  });
});

it('sends no page where nothing goes but records, and says so', async () => {
  const deliver = () => expect.unreachable('nothing is sent');
  const probed = async () => null;
  expect(
    await tested({ hears: 'both', deliver, probe: probed }, { over: { onlyRecords: true } }),
  ).toMatchObject({
    ...{ arrived: null, accepted: false },
    words: 'By its routes only records of releases go there: its settings work, nothing was sent.',
  });
});
