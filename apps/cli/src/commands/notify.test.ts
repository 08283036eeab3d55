import { expect, test } from 'vitest';
import { losingAnswers, play, serveApi } from '../cli-harness.ts';

const chat = {
  ...{ notifier: 'chat', to: '#ops', routes: ['notifications.routes.0'], arrived: true, accepted: true },
  words: '2 messages arrived, in 12 ms.',
};
const pager = {
  ...{ notifier: 'pager', to: null, routes: ['notifications.routes.0, fallback', 'what no route is for'] },
  ...{ arrived: false, accepted: false, words: 'It was refused: invalid_auth' },
};

const mail = {
  ...{ notifier: 'mail', to: null, routes: ['notifications.routes.1'], arrived: null, accepted: true },
  words: '2 messages were accepted, in 9 ms; look whether they arrive.',
};

async function testing(places: (typeof chat | typeof pager | typeof mail)[], passed: boolean, left = 0) {
  const asked: unknown[] = [];
  const url = await serveApi({
    async testNotifications({ body }) {
      asked.push(body);
      return { service: null, places, left, passed, sentence: 'As it went.' };
    },
  });
  return { url, asked };
}

test('says place by place what arrived, and ends with 1 when one did not', async () => {
  const { url, asked } = await testing([chat, pager, mail], false, 3);
  const { code, answers, said } = await play(url, ['notify', 'test', '--service', 'prod/shop/web']);
  expect(asked).toEqual([{ service: 'prod/shop/web' }]);
  expect(answers).toEqual([
    'ok       chat (#ops): 2 messages arrived, in 12 ms. [notifications.routes.0]',
    'FAILED   pager: It was refused: invalid_auth [notifications.routes.0, fallback; what no route is for]',
    'accepted mail: 2 messages were accepted, in 9 ms; look whether they arrive. [notifications.routes.1]',
    '3 more places were not tested',
  ]);
  expect(said).toEqual(['As it went.']);
  expect(code).toBe(1);
});

test('ends with 0 when all arrived, and answers JSON where that is asked for', async () => {
  const { url, asked } = await testing([chat], true);
  const { code, answers } = await play(url, ['notify', 'test', '--json']);
  expect(asked).toEqual([{}]);
  expect(JSON.parse(answers.join('\n'))).toMatchObject({ passed: true, places: [chat] });
  expect(code).toBe(0);
});

test('pages nobody twice though the answer is lost', async () => {
  const { url, asked } = await testing([chat], true);
  const { code, answers } = await play(await losingAnswers(url, 2), ['notify', 'test']);
  expect([code, answers.length]).toEqual([0, 1]);
  expect(asked).toHaveLength(1);
});

test.each([[['notify']], [['notify', 'send']], [['notify', 'test', 'more']]])(
  '%j is not understood',
  async (words) => {
    const { url, asked } = await testing([chat], true);
    expect((await play(url, words)).code).toBe(2);
    expect(asked).toEqual([]);
  },
);
