import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from '@lastgood/domain/deployment/deployment';
import type { PassedRelease } from '@lastgood/domain/deployment/jump';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openTerraformWorld,
  orWhyNot,
  planned,
  resource,
  type Step,
  slow,
  type TerraformWorld,
  terraformBinary,
  until,
} from './terraform-harness.ts';

const password = 'correct-horse-battery';
const secret = `variable "password" {\n  type = string\n  sensitive = true\n}\n`;
const holding = (name: string, more = '') =>
  `resource "terraform_data" "${name}" {\n  input = { password = var.password, more = "${more}" }\n}\n`;

const aPassed = (release: number, id: string, change: Change): PassedRelease => ({
  ...{ id, release, version: null, origin: 'pipeline', status: 'rolled_back', proof: 'unproven' },
  ...{ startedAt: 0, returned: null, changes: [change] },
});

describe.skipIf(terraformBinary === null)(`the real terraform${orWhyNot}`, () => {
  let world: TerraformWorld;
  beforeEach(async () => {
    world = await openTerraformWorld();
  });
  afterEach(() => world.close());

  const attempt = (step: Step, terraform = world.open()) =>
    attemptStep(terraform.applyInfrastructure, step, 'run/1');

  /** A stack at `bad`; both are commits. */
  async function release(good: string, bad: string, inPlace = bad) {
    const [to, from] = [world.commit(good), world.commit(bad)];
    await world.applyAs(inPlace);
    return { from, to };
  }

  it('goes back from a path with a space, keeps its plan encrypted and tells no secret', async () => {
    const same = secret + holding('kept');
    const versions = await release(
      same + resource('web', 'good'),
      `${same}${resource('web', 'bad')}${holding('extra', 'x')}`,
    );
    const terraform = world.open();
    const { step, plan } = await planned(terraform, versions);
    expect(plan.outcome?.goesBack).toContain('stack shop');
    expect(JSON.stringify(plan)).not.toContain('correct-horse');
    expect(step.changes[1]?.properties).toEqual([
      { name: 'input', before: 'bad', after: 'good', hidden: false },
    ]);
    expect(step.changes.map(({ address, action }) => `${action} ${address}`)).toEqual([
      'destroy terraform_data.extra',
      'update terraform_data.web',
    ]);
    const kept = () =>
      readdirSync(world.folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => readFileSync(join(one.parentPath, one.name), 'latin1'));
    expect(kept()).toHaveLength(1);
    expect(kept()[0]).not.toMatch(/^PK|tfplan|correct-horse|terraform_data/);
    const attempted = await attempt(step, terraform);
    expect(attempted).toMatchObject({ outcome: { kind: 'applied' }, sent: true });
    expect(world.inputs()).toMatchObject({ web: 'good', kept: { password } });
    await terraform.readStack({ stack: 'shop', ...versions }, new AbortController().signal);
    expect(JSON.stringify([plan, attempted]) + kept().join('')).not.toContain(password);
    expect(kept()).toHaveLength(1);
  });

  it('goes back a second time, to a target that itself left the stack alone', async () => {
    const versions = await release(resource('web', 'good'), resource('web', 'bad'));
    const first = await planned(world.open(), versions);
    expect(await attempt(first.step)).toMatchObject({ outcome: { kind: 'applied' } });
    const from = world.commit(resource('web', 'worse'));
    await world.applyAs(resource('web', 'worse'));
    const stack = { kind: 'infrastructure', target: { stack: 'shop' } } as const;
    const took = { ...stack, before: versions.from, after: versions.to };
    const between = [
      aPassed(2, 'bad', { ...stack, before: versions.to, after: versions.from }),
      aPassed(3, 'its rollback', took),
    ];
    // What its pipeline said of *before* is not what counts.
    const { step } = await planned(world.open(), { from, to: null }, [], between);
    expect(step).toMatchObject({ from, to: versions.to });
    const again = await attemptStep(world.open().applyInfrastructure, step, 'run/2');
    expect(again).toMatchObject({ outcome: { kind: 'applied' }, sent: true });
    expect(world.inputs()).toEqual({ web: 'good' });
  });

  it('goes on after a kill in the midst of the apply: its own lock is released, what is left was shown', async () => {
    const gate = world.gate;
    const versions = await release(slow('web', 'good', gate), resource('web', 'bad'));
    const { step } = await planned(world.open(), versions);
    expect(await attempt(step)).toMatchObject({ outcome: { kind: 'waiting' }, sent: true });
    await until(() => existsSync(`${gate}.web`));
    // Another process finds it at work, and learns which lock it holds.
    expect(await attempt(step)).toMatchObject({ outcome: { kind: 'waiting', note: 'applying' } });
    const lock = world.server.lock?.ID;
    expect(world.work()?.lockId).toBe(lock);
    world.killApply();
    expect(world.server.lock?.ID).toBe(lock);
    // What it had started outlives it, and is let come to its end.
    expect(await attempt(step)).toMatchObject({ outcome: { kind: 'waiting', note: 'applying' } });
    writeFileSync(gate, '');
    await until(async () => (await attempt(step)).outcome.kind === 'applied');
    expect(world.inputs()).toEqual({ web: 'good' });
    expect(world.server.lock).toBeNull();
    expect(world.applies()).toBe(2);
  });

  it('stops after a kill when what is left was not shown, and says what', async () => {
    // The apply of the release had failed half way: `extra` is not there yet.
    const [half, rest] = [resource('web', 'bad'), resource('extra', 'x')];
    const versions = await release(slow('web', 'good', world.gate), half + rest, half);
    const { step } = await planned(world.open(), versions);
    await attempt(step);
    await until(() => world.server.lock !== null);
    world.killApply();
    writeFileSync(world.gate, '');
    world.server.lock = null;
    await world.applyAs(half + rest);
    await until(async () => (await attempt(step)).outcome.kind !== 'waiting');
    expect((await attempt(step)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('now also destroys terraform_data.extra, which the plan did not show'),
    });
    expect(world.inputs()).toEqual({ web: 'bad', extra: 'x' });
  });

  it('plans without a lock, which nobody could release were it cut off', async () => {
    const versions = await release(resource('web', 'good'), resource('web', 'bad'));
    world.server.lockedFor.length = 0;
    await planned(world.open(), versions);
    expect(world.server.lockedFor).not.toContain('OperationTypePlan');
    expect(world.server.lockedFor).toHaveLength(2);
  });

  it('destroys what keeps data only where it is named', async () => {
    const versions = await release(
      resource('web', 'good'),
      resource('web', 'good') + resource('orders', 'x'),
    );
    const terraform = world.open({ stateful: ['terraform_data'] });
    await expect(planned(terraform, versions)).rejects.toThrow(
      'would destroy what keeps data: shop/terraform_data.orders.',
    );
    const { step } = await planned(terraform, versions, ['shop/terraform_data.orders']);
    expect((await attempt({ ...step, acceptedDestroys: [] }, terraform)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('would destroy terraform_data.orders, which the command did not name'),
    });
    expect(world.inputs()).toHaveProperty('orders');
    expect((await attempt(step, terraform)).outcome.kind).toBe('applied');
    expect(world.inputs()).toEqual({ web: 'good' });
  });

  it('tells once why an apply failed, without the secret that it quotes, and tries again when asked to', async () => {
    const fails = `  provisioner "local-exec" {\n    command = "[ -e '${world.gate}' ] || { echo $TF_VAR_password; exit 3; }"\n  }\n`;
    const versions = await release(
      resource('web', 'good') + resource('new', 'x', fails),
      resource('web', 'bad'),
    );
    const { step } = await planned(world.open(), versions);
    const { outcome } = await attempt(step);
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/local-exec provisioner error \(terraform_data\.new\).*exit status 3/),
    });
    expect(JSON.stringify(outcome)).not.toContain(password);
    rmSync(world.gate, { force: true });
    writeFileSync(world.gate, '');
    // What was created in part is replaced: nobody has been shown that.
    expect((await attempt(step)).outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('now also replaces terraform_data.new'),
    });
    const again = await planned(world.open(), versions);
    expect((await attempt(again.step)).outcome.kind).toBe('applied');
  });

  it('ends where something changes at every apply', async () => {
    const restless = resource('clock', 'x', '  triggers_replace = timestamp()\n');
    const versions = await release(resource('web', 'good') + restless, resource('web', 'bad') + restless);
    const { step } = await planned(world.open(), versions);
    expect((await attempt(step)).outcome.kind).toBe('applied');
    expect(await attempt(step)).toMatchObject({ outcome: { kind: 'applied' }, sent: false });
  });
});
