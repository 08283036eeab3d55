import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openTerraformWorld,
  orWhyNot,
  plannedStep,
  resource,
  type TerraformWorld,
  terraformBinary,
} from './terraform-harness.ts';

describe.skipIf(terraformBinary === null)(`the real terraform${orWhyNot}`, () => {
  let world: TerraformWorld;
  beforeEach(async () => {
    world = await openTerraformWorld();
  });
  afterEach(() => world.close());

  it('goes back', async () => {
    const good = resource('web', 'good') + resource('kept', 'same');
    const bad = resource('web', 'bad') + resource('kept', 'same') + resource('extra', 'x');
    const to = world.commit(good);
    const from = world.commit(bad);
    await world.applyAs(good);
    await world.applyAs(bad);
    const t = world.open();
    const step = await plannedStep(t, { from, to });
    expect(await attemptStep(t.applyInfrastructure, step, 'r1/1')).toMatchObject({
      outcome: { kind: 'applied' },
    });
    expect(world.inputs()).toEqual({ kept: 'same', web: 'good' });
  });
});
