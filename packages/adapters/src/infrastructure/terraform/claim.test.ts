import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf } from './process-identity.ts';
import {
  openTerraformWorld,
  orWhyNot,
  planned,
  resource,
  type Step,
  type TerraformWorld,
  terraformBinary,
  until,
} from './terraform-harness.ts';

describe.skipIf(terraformBinary === null)(`beginning an apply of the real terraform${orWhyNot}`, () => {
  let world: TerraformWorld;
  let step: Step;
  beforeEach(async () => {
    world = await openTerraformWorld();
    const versions = {
      from: world.commit(resource('web', 'bad')),
      to: world.commit(resource('web', 'good')),
    };
    await world.applyAs(resource('web', 'bad'));
    step = (await planned(world.open(), versions)).step;
  });
  afterEach(() => world.close());
  const file = () => join(world.folder, 'starting.json');

  it('waits for a machine that is about to begin, and not for one that was lost at it', async () => {
    writeFileSync(file(), JSON.stringify({ ...identityOf(process.pid), host: 'replica-a' }));
    const attempt = () => attemptStep(world.open().applyInfrastructure, step, 'run/1');
    expect((await attempt()).outcome).toMatchObject({ kind: 'waiting' });
    expect(existsSync(join(world.folder, 'work.json'))).toBe(false);
    utimesSync(file(), 0, 0);
    expect((await attempt()).outcome).toMatchObject({ kind: 'applied' });
    expect(existsSync(file())).toBe(false);
  });

  it('keeps nobody else from it while the configuration is made ready', async () => {
    const { applyInfrastructure } = world.open();
    const observed = await applyInfrastructure.observe(
      step,
      { key: 'run/1', epoch: 1 },
      new AbortController().signal,
    );
    if (observed.kind !== 'seen') throw new Error(observed.reason);
    const left = () => readdirSync(world.folder).filter((name) => name.startsWith('work-'));
    await until(() => left().length === 0);
    world.behave('hangs');
    const calledOff = new AbortController();
    const applied = applyInfrastructure.apply(
      step,
      observed.seen,
      { key: 'run/1', epoch: 1 },
      calledOff.signal,
    );
    await until(() => left().some((name) => existsSync(join(world.folder, name, 'tree', 'infra stack'))));
    expect(existsSync(file())).toBe(false);
    calledOff.abort();
    expect(await applied).toMatchObject({ kind: 'retry' });
    expect(left()).toEqual([]);
  });
});
