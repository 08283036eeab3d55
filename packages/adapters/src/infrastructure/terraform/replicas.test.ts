import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openTerraformWorld,
  orWhyNot,
  planned,
  resource,
  slow,
  type TerraformWorld,
  terraformBinary,
  until,
} from './terraform-harness.ts';

/** Two machines that share a folder: what one of them has begun is written to be another one's. */
describe.skipIf(terraformBinary === null)(`the real terraform of another machine${orWhyNot}`, () => {
  let world: TerraformWorld;
  beforeEach(async () => {
    world = await openTerraformWorld();
  });
  afterEach(() => world.close());

  /** An apply that is at work there. */
  async function appliedElsewhere() {
    const [to, from] = [world.commit(slow('web', 'good', world.gate)), world.commit(resource('web', 'bad'))];
    await world.applyAs(resource('web', 'bad'));
    const { step } = await planned(world.open(), { from, to });
    await attemptStep(world.open().applyInfrastructure, step, 'run/1');
    await until(() => existsSync(`${world.gate}.web`));
    const file = join(world.folder, 'work.json');
    const work = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...work, process: { ...work.process, host: 'replica-a' } }));
    const attempt = async () => (await attemptStep(world.open().applyInfrastructure, step, 'run/1')).outcome;
    const growOld = () => utimesSync(join(work.folder, 'apply.log'), 0, 0);
    return { attempt, growOld, folder: work.folder as string };
  }

  it('is at work until it has ended and the lock is free', async () => {
    const { attempt, folder } = await appliedElsewhere();
    expect(await attempt()).toMatchObject({ kind: 'waiting', note: 'applying' });
    expect(world.work()).toMatchObject({ end: null, lockId: world.server.lock?.ID });
    expect(existsSync(join(folder, 'tree'))).toBe(true);
    writeFileSync(world.gate, '');
    await until(async () => (await attempt()).kind === 'applied');
    expect([world.applies(), existsSync(folder)]).toEqual([1, false]);
  });

  it('that fell silent is named as long as its lock is held, and begun anew once it is free', async () => {
    const { attempt, growOld, folder } = await appliedElsewhere();
    await attempt();
    const lock = world.server.lock?.ID;
    world.killApply();
    growOld();
    expect(await attempt()).toMatchObject({
      kind: 'waiting',
      note: expect.stringMatching(new RegExp(`apply on replica-a says nothing any more \\(lock ${lock}`)),
    });
    expect(existsSync(folder)).toBe(true);
    world.server.lock = null;
    writeFileSync(world.gate, '');
    await until(async () => (await attempt()).kind === 'applied');
    expect(world.applies()).toBe(2);
  });

  it('keeps what it works in, until it is a day old', async () => {
    const versions = {
      from: world.commit(resource('web', 'bad')),
      to: world.commit(resource('web', 'good')),
    };
    await world.applyAs(resource('web', 'bad'));
    const named = (name: string) => join(world.folder, name);
    const [theirs, old, dead] = [
      named('work-replica-a-1-1-abcdef'),
      named('work-replica-b-1-1-abcdef'),
      named(`work-${hostname()}-1-1-abcdef`),
    ];
    for (const path of [theirs, old, dead]) mkdirSync(path, { recursive: true });
    utimesSync(old, 0, 0);
    await planned(world.open(), versions);
    expect([theirs, old, dead].map((path) => existsSync(path))).toEqual([true, false, false]);
  });
});
