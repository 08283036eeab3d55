import type { PodTemplate, WorkloadChange, WorkloadSnapshot } from '@lastgood/domain';
import { fakeTemplateDigest } from '../../fakes/fake-template.ts';
import { fakeHeld, fakeSealed, type KeptConfiguration } from '../../fakes/step-world/configurations.ts';
import { place, type SimulatedWay, type Site } from './site.ts';

const [good, bad, theirs] = [{ LEVEL: 'info', SIZE: '4' }, { LEVEL: 'debug' }, { LEVEL: 'trace' }];

/** A ConfigMap or a Secret that the release changed, or that was pruned since; the pods of the service read it when they start. */
export const configuration: SimulatedWay = {
  name: 'configuration',
  role: 'comes-along',
  // What a controller takes from Git is changed back there.
  goesWith: (carrier) => ['rolling', 'blue-green', 'canary'].includes(carrier),
  shownBy: ['set-config'],
  bringOut(site) {
    const { name, world, random } = site;
    const ref = { kind: random.pick(['ConfigMap', 'Secret'] as const), name: `${name}-settings` };
    const isPruned = random.chance(0.25);
    const one: KeptConfiguration = { uid: `uid-${ref.name}`, version: 7, held: isPruned ? null : bad };
    world.state.configurations[`${ref.kind}/${ref.name}`] = one;
    for (const held of [good, bad]) world.state.keptContents[fakeHeld(held).digest] = fakeSealed(held);
    const source =
      ref.kind === 'Secret' ? { secretRef: { name: ref.name } } : { configMapRef: { name: ref.name } };
    const naming = namedByPods(site, source);
    const recorded = (held: Record<string, string>) => (snapshot: WorkloadSnapshot | null) =>
      snapshot && {
        ...withTemplate(snapshot, naming(snapshot.template)),
        configuration: [{ ...ref, optional: false, state: fakeHeld(held) }],
      };
    record(site.good, { before: recorded(good), after: recorded(good) });
    record(site.bad, { before: recorded(good), after: recorded(bad) });
    edited(site, `${ref.kind}/${ref.name}`, one);
  },
};

/** Every template of the service names the object, whoever writes it. */
function namedByPods(
  { name, world, declares }: Site,
  source: object,
): (template: PodTemplate) => PodTemplate {
  const { cluster } = world.rollout;
  const naming = (template: PodTemplate): PodTemplate => {
    const { spec } = template as { spec: { containers: { name: string; image: string }[] } };
    const containers = spec.containers.map((one) => {
      const isOurs =
        one.image.startsWith(`registry.example/${name}:`) ||
        one.image.startsWith(`registry.example/${name}@`);
      return isOurs ? { ...one, envFrom: [source] } : one;
    });
    return { ...template, spec: { ...spec, containers } };
  };
  world.admissions.add(naming);
  for (const ref of declares.workloads) {
    const workload = cluster.at({ ...place, ...ref });
    workload.former = workload.former.map(naming);
    const isServed = workload.served === workload.template;
    workload.template = naming(workload.template);
    workload.served = isServed ? workload.template : naming(workload.served);
  }
  return naming;
}

function withTemplate(snapshot: WorkloadSnapshot, template: PodTemplate): WorkloadSnapshot {
  const templateDigest = fakeTemplateDigest(template);
  return { ...snapshot, template, templateDigest, podTemplateHash: templateDigest.slice(7, 17) };
}

type Recording = (snapshot: WorkloadSnapshot | null) => WorkloadSnapshot | null;

function record(changes: Site['good'], { before, after }: { before: Recording; after: Recording }): void {
  for (const [at, change] of changes.entries()) {
    if (change.kind !== 'workload') continue;
    const { before: was, after: is, ...same } = change as WorkloadChange;
    changes[at] = { ...same, before: before(was), after: after(is) ?? is };
  }
}

function edited({ name, meddlings }: Site, object: string, one: KeptConfiguration): void {
  let was = one.held;
  const set = (held: KeptConfiguration['held']) => Object.assign(one, { held, version: one.version + 1 });
  meddlings.push({
    what: `somebody edits the settings of ${name}`,
    object: `configuration/${object}`,
    sets: fakeHeld(theirs),
    act() {
      was = one.held;
      set(theirs);
    },
    putBack: () => void set(was),
  });
}
