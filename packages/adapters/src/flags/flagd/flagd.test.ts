import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlagState, type FlagValue, flagStateOf } from '@lastgood/domain';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { flagsContract } from '@lastgood/testkit/contracts/flags';
import { FlagdCore } from '@openfeature/flagd-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createFlagd } from './flagd.ts';

const names = { provider: 'flagd', project: 'any', environment: 'production' };
const never = new AbortController().signal;
const folders: string[] = [];

async function fileOf(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lastgood-flagd-'));
  folders.push(folder);
  await writeFile(join(folder, name), text, { mode: 0o640 });
  return join(folder, name);
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const open = (path: string, timeoutMs = 2_000) =>
  createFlagd({ name: 'flagd', files: { production: path }, timeoutMs });

const colours = { blue: '#00f', green: '#0f0', red: '#f00' };

/** A definition that serves a state, written by hand. */
function serving({ on = true, variants = { blue: 100 } }: FlagState) {
  return {
    ...{ state: on ? 'ENABLED' : 'DISABLED', variants: colours, defaultVariant: 'blue' },
    targeting: { fractional: [...Object.entries(variants)] },
  };
}

const jsonOf = (value: FlagValue) =>
  `${JSON.stringify({ flags: { 'new-cart': serving(flagStateOf(value)), other: serving({}) } }, null, 4)}\n`;

/** By hand, with a word for whoever reads it. */
const yamlOf = (value: FlagValue) => `# who changes this asks the shop team
flags:
  new-cart: ${JSON.stringify(serving(flagStateOf(value)))} # since June
  other:
    state: ENABLED # always
    variants: { on: true, off: false }
    defaultVariant: "on"
`;

function contractFor(name: string, textOf: (value: FlagValue) => string) {
  flagsContract(`a file of flagd, ${name},`, async () => {
    const path = await fileOf(name, textOf(true));
    const stamp = () => `${statSync(path).ino} ${statSync(path).mtimeMs}`;
    const write = async (text: string) => {
      await writeFile(path, text);
      last = stamp();
    };
    let last = stamp();
    let taken = 0;
    return {
      flags: open(path),
      flag: { ...names, flag: 'new-cart' },
      moves: [
        [true, false],
        ['blue', { variants: { blue: 12.5, green: 87.5 } }],
        [
          { on: true, variants: { blue: 30, green: 70 } },
          { on: false, variant: 'blue' },
        ],
      ],
      third: 'red',
      put: (value) => write(textOf(value)),
      picture: () => readFile(path, 'utf8'),
      taken() {
        if (stamp() !== last) taken += 1;
        last = stamp();
        return taken;
      },
      faults: { none() {} },
      secret: null,
      close: async () => {},
    };
  }, [
    'archive',
    'fence',
    'hangs',
    'garbage',
    'unavailable',
    'busy',
    'forbidden',
    'loses-replies',
    'loses-writes',
  ]);
}

contractFor('flags.json', jsonOf);
contractFor('flags.yaml', yamlOf);

const set = (path: string, from: FlagValue, to: FlagValue, flag = 'new-cart') =>
  attemptUntilOver(open(path).setFlag, { kind: 'set-flag', ...names, flag, from, to }, 'r1/0');
const outcomeOf = async (...given: Parameters<typeof set>) => (await set(...given)).at(-1)?.outcome;

describe("flagd's own evaluation of what was set", () => {
  const people = Array.from({ length: 1_000 }, (_, index) => `person-${index}`);
  const logger = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
  const evaluated = async (path: string, flag: string) => {
    const core = new FlagdCore();
    core.setConfigurations(await readFile(path, 'utf8'));
    const served = people.map((targetingKey) => {
      const { variant, reason } = core.resolveStringEvaluation(flag, 'code', { targetingKey }, logger);
      return variant ?? reason ?? 'none';
    });
    const count = (word: string) => served.filter((one) => one === word).length;
    return { blue: count('blue'), green: count('green'), red: count('red'), served };
  };
  let path: string;
  beforeAll(async () => {
    path = await fileOf('flags.json', jsonOf({ on: true, variant: 'blue' }));
  });

  it('serves the shares, within what a thousand people can tell', async () => {
    await set(path, 'blue', { variants: { blue: 33.3, green: 66.7 } });
    const { blue, green, red } = await evaluated(path, 'new-cart');
    expect(Math.abs(blue - 333)).toBeLessThan(60);
    expect([blue + green, red]).toEqual([1_000, 0]);
  });

  it('serves one variant to all, and keeps those where they were who had it', async () => {
    const before = await evaluated(path, 'new-cart');
    await set(path, { variants: { blue: 33.3, green: 66.7 } }, { variants: { blue: 50, green: 50 } });
    const after = await evaluated(path, 'new-cart');
    const left = before.served.filter((one, index) => one === 'blue' && after.served[index] !== 'blue');
    expect([left, after.blue > before.blue]).toEqual([[], true]);
    await set(path, { variants: { blue: 50, green: 50 } }, 'green');
    expect((await evaluated(path, 'new-cart')).green).toBe(1_000);
  });

  it('serves nothing once it is off, and the same as before once it is on again', async () => {
    const before = await evaluated(path, 'new-cart');
    await set(path, true, false);
    const off = await evaluated(path, 'new-cart');
    expect([off.blue, off.green, off.red]).toEqual([0, 0, 0]);
    await set(path, false, true);
    expect(await evaluated(path, 'new-cart')).toEqual(before);
  });
});

describe('the file', () => {
  it('keeps its indentation, its rights and every other flag', async () => {
    const path = await fileOf('flags.json', jsonOf(true));
    await set(path, true, false);
    expect(await readFile(path, 'utf8')).toBe(jsonOf(false));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(join(path, '..'))).toEqual(['flags.json']);
  });

  it('keeps the comments of YAML', async () => {
    const path = await fileOf('flags.yaml', yamlOf(true));
    await set(path, true, false);
    const text = await readFile(path, 'utf8');
    expect(text).toContain('# who changes this asks the shop team');
    expect(text).toContain('# always');
    expect(parse(text)).toEqual(parse(yamlOf(false)));
  });

  it('is left alone while another replica holds its lock; a lock that nobody holds any more is taken away', async () => {
    const path = await fileOf('flags.json', jsonOf(true));
    const lock = `${path}.lastgood-lock`;
    await writeFile(lock, '');
    const step = { kind: 'set-flag', ...names, flag: 'new-cart', from: true, to: false } as const;
    expect(await attemptStep(open(path, 200).setFlag, step, 'r1/0')).toMatchObject({
      outcome: { kind: 'waiting', note: expect.stringContaining('locked by another replica') },
      sent: false,
    });
    const old = Date.now() / 1_000 - 120;
    await utimes(lock, old, old);
    expect(await outcomeOf(path, true, false)).toMatchObject({ kind: 'applied' });
    expect(await readdir(join(path, '..'))).toEqual(['flags.json']);
  });

  it('is set by many at once, each its own flag, and none is lost', async () => {
    const flags = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`flag-${n}`, serving({})]));
    const path = await fileOf('flags.json', JSON.stringify({ flags }));
    await Promise.all(Object.keys(flags).map((flag) => set(path, true, false, flag)));
    const { flags: after } = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.values(after)).toMatchObject(Object.keys(flags).map(() => ({ state: 'DISABLED' })));
  });

  it.each([
    ['is no JSON', 'flags.json', '{"flags":'],
    ['says a flag twice', 'flags.json', '{"flags":{"new-cart":1,"new-cart":2}}'],
    ['is no YAML', 'flags.yaml', 'flags: ['],
    ['holds something else', 'flags.yaml', 'banner: on'],
    ['describes the flag in another way', 'flags.json', '{"flags":{"new-cart":{"state":"on"}}}'],
    ['is far too large', 'flags.json', `{"flags":{}}${' '.repeat(4_200_000)}`],
    ['is not there', 'gone.json', null],
  ])('that %s tells nothing and is not changed', async (_words, name, text) => {
    const path = await fileOf(name, text ?? '');
    if (text === null) await rm(path);
    expect(await open(path).readFlag({ ...names, flag: 'new-cart' }, never)).toMatchObject({
      kind: 'unreachable',
    });
    const step = { kind: 'set-flag', ...names, flag: 'new-cart', from: true, to: false } as const;
    expect(await attemptStep(open(path).setFlag, step, 'r1/0')).toMatchObject({ sent: false });
    if (text !== null) expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is refused where it is a link, as of a mounted ConfigMap', async () => {
    const path = await fileOf('real.json', jsonOf(true));
    const link = join(path, '..', 'flags.json');
    await symlink(path, link);
    expect(await outcomeOf(link, true, false)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('it is a link'),
    });
  });

  it('is not found for an environment that has none', async () => {
    const flags = open(await fileOf('flags.json', jsonOf(true)));
    for (const environment of ['test', 'toString'])
      expect(await flags.readFlag({ ...names, environment, flag: 'new-cart' }, never)).toMatchObject({
        kind: 'not-found',
      });
  });
});

it('refuses a state whose percentage and variants say two things', async () => {
  const yesNo = { state: 'ENABLED', variants: { yes: true, no: false }, defaultVariant: 'no' };
  const path = await fileOf('flags.json', JSON.stringify({ flags: { plain: yesNo } }));
  const both = { percentage: 5, variants: { yes: 50, no: 50 } };
  expect(await outcomeOf(path, { percentage: 0 }, both, 'plain')).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('say two things'),
  });
  expect(await outcomeOf(path, 0, 40, 'plain')).toMatchObject({ kind: 'applied' });
});
