import { composePlan, type Deployment, type Plan, planFaults, type Service } from '@lastgood/domain';
import { availableKinds } from '@lastgood/engine/rollback/apply-step';
import { gatherFacts } from '@lastgood/engine/rollback/gather-facts';
import { aBaseline, aDeployment, aService, aTrigger, dayZero, imageOf } from '../scenario/builders.ts';
import { addSchema, type Schema, schemaPlan } from './schema.ts';
import { intervalMs, type Simulation } from './simulation.ts';

/** The services of a seed: each with a bad release 2 in progress and a good release 1. */
export interface Fleet {
  names: string[];
  /** Services whose release 2 came with a migration, by name: no way takes them back yet. */
  schemas: Map<string, Schema>;
  /** The whole way back of every service, by its key. */
  plans: Map<string, Plan>;
  /** Two that are also rolled back together, in this order. */
  group: string[];
}

export async function buildFleet(sim: Simulation): Promise<Fleet> {
  const { random } = sim;
  const names = ['web', 'cart', 'mail'].slice(0, random.pick([1, 2, 3]));
  const fleet: Fleet = { names, schemas: new Map(), plans: new Map(), group: [] };
  if (names.length > 1 && random.chance(0.5)) fleet.group = random.pick([names.slice(0, 2), names.slice(-2)]);
  for (const name of names) {
    const { service, bad, good } = await release(sim, name);
    let plan = await templatePlan(sim, service, bad, good);
    if (random.chance(0.5)) {
      const schema = addSchema(sim.world, random, name);
      fleet.schemas.set(name, schema);
      plan = schemaPlan(plan, schema);
    }
    const faults = planFaults(plan.steps);
    if (faults.length > 0) throw new Error(`the plan for ${name} is not safe: ${faults.join('; ')}`);
    fleet.plans.set(service.key, plan);
  }
  measure(sim);
  return fleet;
}

export const workloadOf = (name: string) => ({
  ...{ cluster: 'main', namespace: 'shop', name },
  kind: 'Deployment' as const,
});

async function release({ store, world, time }: Simulation, name: string) {
  // A limit is measured by the clocks of the replicas, and two of them may be two minutes apart.
  const policy = { ...aService().policy, stableTimeoutMs: 300_000, cooldownMs: 20_000 };
  const service = aService({ name, triggers: [aTrigger({ forMs: 10_000 })], policy });
  const { cluster } = world.rollout;
  const workload = workloadOf(name);
  const { uid } = cluster.create(workload, { app: imageOf('v1') });
  await store.services.apply(service, 'sim', time.now());
  const seen = () => cluster.observe(cluster.at(workload), time.now()).snapshot;
  const target = { kind: 'Deployment' as const, name };
  const before = seen();
  const good = aBaseline({
    ...{ service: service.key, id: `${name}-1` },
    changes: [{ kind: 'workload', target, before: null, after: before }],
  });
  await store.deployments.commit({ newDeployments: [good] });
  cluster.deploy(workload, { app: imageOf('v2') });
  const bad = aDeployment({
    ...{ service: service.key, id: `${name}-2`, previousDeploymentId: good.id },
    changes: [{ kind: 'workload', target, before, after: { ...seen(), uid } }],
  });
  await store.deployments.commit({ newDeployments: [bad] });
  return { service, good, bad };
}

/** As a worker would plan it now. */
async function templatePlan(
  { store, world, time }: Simulation,
  service: Service,
  bad: Deployment,
  good: Deployment,
): Promise<Plan> {
  const ports = world.served;
  const from = { ports, deployments: store.deployments, clock: time.clock };
  const facts = await gatherFacts(from, {
    ...{ service, deployment: bad, target: good, triggers: [], signal: new AbortController().signal },
  });
  const result = composePlan(facts, availableKinds(ports));
  if (result.kind !== 'plan') throw new Error(`${service.name} cannot be planned`);
  return result.plan;
}

/** Release 2 fails half of its requests wherever it serves. */
function measure({ metrics, world }: Simulation): void {
  metrics.answer(({ variables }, at) => {
    if (at < dayZero - intervalMs / 2) return { kind: 'value', value: 0 };
    const { served } = world.rollout.cluster.at(workloadOf(variables.SERVICE ?? ''));
    return { kind: 'value', value: JSON.stringify(served).includes(imageOf('v2')) ? 0.5 : 0 };
  });
}
