import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Deployment, KeptContent, Rollout, Service, StepKind } from '@lastgood/domain';
import type { EffectPorts } from '@lastgood/engine';
import { pinFakeImages } from '@lastgood/testkit/fakes/fake-template';
import type { EffectFamilies } from '@lastgood/testkit/simulation/effect-families';
import type { TakenEffect } from '@lastgood/testkit/simulation/simulated-world';

/** A member of a family, or what a step does by it. */
export interface Call {
  family: string;
  member: string;
  part: 'observe' | 'apply' | null;
  args: unknown[];
}

export interface BringOut {
  way: string;
  name: string;
  seed: number;
}

/** A service whose bad release only that way takes back, and the steps that it plans. */
export interface Released {
  service: Service;
  good: Deployment;
  bad: Deployment;
  accepting: string[];
  removing: string[];
  steps: StepKind[];
  /** What was kept of its configuration when it was recorded: Lastgood's own, so it belongs into its database. */
  kept: KeptContent[];
}

/** What the outside is asked, by address. */
export interface Asked {
  call: { given: Call; answered: unknown };
  'bring-out': { given: BringOut; answered: Released };
  taken: { given: null; answered: Pick<TakenEffect, 'kind' | 'operation'>[] };
  'serves-bad': { given: { name: string }; answered: { servesBad: boolean } };
}

export async function askOutside<A extends keyof Asked>(
  url: string,
  what: A,
  given: Asked[A]['given'],
): Promise<Asked[A]['answered']> {
  const answer = await fetch(`${url}/${what}`, { method: 'POST', body: JSON.stringify(given) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${what}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

export interface OutsideProcess {
  url: string;
  stop(): Promise<void>;
}

/** Every family of the outside in a process of its own. */
export async function startOutside(): Promise<OutsideProcess> {
  const program = join(import.meta.dirname, 'outside-process.ts');
  const child: ChildProcess = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!child.stdout) throw new Error('the outside has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return {
    url,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The same as a replica reaches it, in place of what it would open itself. */
export function outsideAt(url: string, own: Rollout): EffectPorts & EffectFamilies {
  const call = (family: string, member: string, part: Call['part'], args: unknown[]) =>
    // The signal comes last and does not travel: whoever is called off only stops waiting.
    askOutside(url, 'call', { family, member, part, args: args.slice(0, -1) });
  const member = (family: string, name: string) =>
    Object.assign((...args: unknown[]) => call(family, name, null, args), {
      observe: (...args: unknown[]) => call(family, name, 'observe', args),
      apply: (...args: unknown[]) => call(family, name, 'apply', args),
    });
  const familyNamed = (family: string) => new Proxy({}, { get: (_, name) => member(family, String(name)) });
  const families = new Proxy({}, { get: (_, family) => familyNamed(String(family)) }) as EffectFamilies & {
    rollout: Rollout;
  };
  const { read, imageEvidence, missingRights, rehearse } = families.rollout;
  return {
    workloads: families.workloads,
    traffic: families.traffic,
    delivery: families.delivery,
    flags: families.flags,
    migrations: families.migrations,
    writers: families.writers,
    infrastructure: families.infrastructure,
    git: families.git,
    applications: families.applications,
    registries: families.registries,
    configurations: families.configurations,
    objects: families.objects,
    keep: families.keep,
    readCopies: families.readCopies,
    rollout: { ...own, read, imageEvidence, missingRights, rehearse, pin: pinFakeImages },
  };
}
