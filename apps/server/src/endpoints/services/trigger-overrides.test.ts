import { expect, test } from 'vitest';
import { useEndpoints } from '../endpoints-harness.ts';

const { ask } = useEndpoints();

const errors = (over = {}) => ({
  ...{ name: 'errors', query: 'errors{service="$SERVICE"}', threshold: 0.05, comparison: 'greater_than' },
  ...{ forDuration: 120, severity: 'auto_rollback', unit: 'ratio', ...over },
});
const burn = (over = {}) => ({
  ...{ kind: 'burn-rate', name: 'burn', query: 'rate(bad{service="$SERVICE"}[$WINDOW])', objective: 0.99 },
  ...{ windows: [{ rate: 14.4, long: 3600, short: 300 }], severity: 'log_only', ...over },
});
const put = (name: string, input: object) => ask('PUT', `/services/main/shop/${name}`, input);
const putSet = (triggers: object[], how = '') => ask('PUT', `/trigger-sets/shared${how}`, { triggers });
const view = async (name: string) => (await ask('GET', `/services/main/shop/${name}`)).json();
const faultsOf = (answer: { json(): { errors: { path: string; message: string }[] } }) =>
  answer.json().errors.map(({ path, message }) => `${path}: ${message}`);

test('are put over the set, shown beside what it says, and follow it in all else', async () => {
  expect((await putSet([errors(), burn()])).statusCode).toBe(200);
  const triggerOverrides = [
    { trigger: 'errors', threshold: 0.1, severity: 'page_and_suggest' },
    { trigger: 'burn', off: true },
  ];
  const applied = await put('a', { triggerSets: ['shared'], triggerOverrides });
  expect(applied.statusCode).toBe(200);
  const first = await view('a');
  expect(first.declaration).toMatchObject({ triggerOverrides });
  expect(first.effectiveTriggers).toMatchObject([
    { name: 'errors', fires: '> 10 % for 2 min', severity: 'page_and_suggest' },
  ]);
  const words = [
    'threshold 10 % (set shared says 5 %)',
    'severity pages and suggests (set shared says rolls back by itself)',
  ];
  expect(first.triggerOverrides).toEqual([
    { trigger: 'errors', effect: 'changed', words },
    { trigger: 'burn', effect: 'off', words: ['off (set shared has it)'] },
  ]);
  expect((await put('a', first.declaration)).json().declaration).toEqual(first.declaration);

  expect((await putSet([errors({ forDuration: 300 }), burn()])).statusCode).toBe(200);
  expect((await view('a')).effectiveTriggers).toMatchObject([{ fires: '> 10 % for 5 min' }]);
  const registered = await ask('POST', '/deployments', { service: 'main/shop/a', version: 'v1' });
  const shown = (await ask('GET', `/deployments/${registered.json().id}`)).json();
  expect(shown.triggers).toMatchObject([{ name: 'errors', threshold: 0.1, forSeconds: 300 }]);
  expect(shown.triggerOverrides).toEqual(first.triggerOverrides);

  await put('a', { triggerSets: ['shared'] });
  expect(await view('a')).toMatchObject({
    ...{ triggerOverrides: [], effectiveTriggers: [{ fires: '> 5 % for 5 min' }, { name: 'burn' }] },
  });
});

test.each<[string, object, string]>([
  [
    'a trigger that its sets do not have',
    { triggerOverrides: [{ trigger: 'errrors', threshold: 1 }] },
    '/triggerOverrides/0/trigger: no set of the service has errrors. They have errors, burn.',
  ],
  [
    'what the kind of the trigger does not have',
    { triggerOverrides: [{ trigger: 'burn', threshold: 1 }] },
    '/triggerOverrides/0/threshold: is nothing that burn, of the kind burn-rate, lets be overridden. It lets objective, windows, severity, shadow, initialDelay, keepFiringFor, off.',
  ],
  [
    'what could never fire',
    { triggerOverrides: [{ trigger: 'burn', objective: 0.9 }] },
    '/triggerOverrides/0: can never fire: where all is bad it burns 10×, and 14.4× is asked for.',
  ],
  [
    'a trigger of its own',
    { triggers: [errors()], triggerOverrides: [{ trigger: 'errors', threshold: 1 }] },
    "/triggerOverrides/0/trigger: errors is a trigger of the service's own: change it there.",
  ],
  [
    'one trigger twice',
    {
      triggerOverrides: [
        { trigger: 'errors', threshold: 1 },
        { trigger: 'errors', off: true },
      ],
    },
    '/triggerOverrides/1/trigger: errors is given twice.',
  ],
  [
    'a query',
    { triggerOverrides: [{ trigger: 'errors', query: 'up' }] },
    '/triggerOverrides/0/query: is not a known member',
  ],
])('a service is refused that overrides %s', async (_words, input, fault) => {
  await putSet([errors(), burn()]);
  const answer = await put('wrong', { triggerSets: ['shared'], ...input });
  expect(answer.statusCode).toBe(422);
  expect(faultsOf(answer).join('\n')).toContain(fault);
  expect((await ask('GET', '/services/main/shop/wrong')).statusCode).toBe(404);
});

test('a set is refused that leaves overrides behind, naming who has them, unless it is told to', async () => {
  await putSet([errors(), burn()]);
  const over = { triggerOverrides: [{ trigger: 'errors', threshold: 0.2 }] };
  for (const name of ['b', 'c']) await put(name, { triggerSets: ['shared'], ...over });
  await put('d', { triggerSets: ['shared'], triggerOverrides: [{ trigger: 'burn', off: true }] });

  const renamed = [errors({ name: 'error_ratio' }), burn()];
  const refused = await putSet(renamed);
  expect(refused.statusCode).toBe(422);
  expect(faultsOf(refused)).toEqual([
    expect.stringMatching(
      /^\/triggers: errors is overridden by main\/shop\/b, main\/shop\/c: .*They have error_ratio, burn.*overrides=leave/,
    ),
  ]);
  const otherKind = await putSet([burn({ name: 'errors' }), burn()]);
  expect(faultsOf(otherKind)).toEqual([expect.stringMatching(/^\/triggers\/0: errors is .*kind burn-rate/)]);
  expect((await view('b')).effectiveTriggers).toMatchObject([{ fires: '> 20 % for 2 min' }, {}]);

  const left = await putSet(renamed, '?overrides=leave');
  expect(left.statusCode).toBe(200);
  expect(left.json().warnings).toContainEqual(expect.stringContaining('main/shop/b, main/shop/c'));
  const now = await view('b');
  expect(now.effectiveTriggers).toMatchObject([{ name: 'error_ratio', fires: '> 5 % for 2 min' }, {}]);
  expect(now.triggerOverrides).toMatchObject([{ trigger: 'errors', effect: 'none' }]);
  expect(now.warnings).toContainEqual(expect.stringContaining('The override of errors does nothing: no set'));
  expect((await view('d')).triggerOverrides).toMatchObject([{ effect: 'off' }]);

  // What is left behind already holds nobody up, and its own service must say something else.
  expect((await putSet(renamed)).statusCode).toBe(200);
  expect((await put('b', { triggerSets: ['shared'], ...over })).statusCode).toBe(422);
  const mended = { triggerOverrides: [{ trigger: 'error_ratio', threshold: 0.2 }] };
  expect((await put('b', { triggerSets: ['shared'], ...mended })).statusCode).toBe(200);
});

test('both can be in force while a trigger gets another name', async () => {
  const [old, renamed] = [errors(), errors({ name: 'error_ratio' })];
  await putSet([old]);
  const of = (trigger: string) => ({
    triggerSets: ['shared'],
    triggerOverrides: [{ trigger, threshold: 0.3 }],
  });
  for (const name of ['b', 'c', 'd']) await put(name, { triggerSets: [] });
  await put('e', of('errors'));
  expect((await putSet([old, renamed])).statusCode).toBe(200);
  expect((await put('e', of('error_ratio'))).statusCode).toBe(200);
  expect((await putSet([renamed])).statusCode).toBe(200);
  expect((await view('e')).effectiveTriggers).toMatchObject([{ fires: '> 30 % for 2 min' }]);
});

test('holds that one blip can fill are told, when it is saved and by the lint', async () => {
  await put('e', { triggerSets: [] });
  await putSet([errors(), burn()]);
  const input = { triggerSets: ['shared'], triggerOverrides: [{ trigger: 'errors', forDuration: 0 }] };
  const applied = await put('f', input);
  expect(applied.json().warnings).toContainEqual(expect.stringMatching(/^errors: A breach of 0 s fires it/));
  const lint = async (body: object) =>
    (await ask('POST', '/triggers/lint', { triggers: [], ...body })).json().findings;
  expect(await lint(input)).toMatchObject([{ path: '/triggerOverrides/0', code: 'short-hold' }]);
  const wrong = { ...input, triggerOverrides: [{ trigger: 'burn', objective: 0.9 }] };
  expect(await lint(wrong)).toMatchObject([
    { path: '/triggerOverrides/0', code: 'unusable', severity: 'error' },
  ]);
});
