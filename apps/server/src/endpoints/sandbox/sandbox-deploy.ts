import { setTimeout as sleep } from 'node:timers/promises';
import { reportStatus } from '@lastgood/engine';
import type { Static } from 'typebox';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import type { SandboxOrder, SandboxWorld } from '../../sandbox/sandbox-world.ts';
import { Deployment } from '../deployments/deployment-schema.ts';
import { engineDeps, register } from '../deployments/register.ts';
import { toRegistration } from '../deployments/to-registration.ts';
import { defineEndpoint } from '../endpoint.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';
import { requireSandbox } from './require-sandbox.ts';
import { SandboxDeployInput } from './sandbox-schema.ts';

/** What the dashboard plays with in the sandbox: it registers and applies, as a pipeline would. */
export const sandboxDeploy = defineEndpoint({
  operationId: 'sandboxDeploy',
  method: 'POST',
  url: '/sandbox/deploy',
  lane: 'asking',
  tag: 'sandbox',
  summary: 'Bring a version of a sample service out, as a pipeline would',
  description:
    'Answers the deployment of the service that was named; a release over several services registers one for each.',
  body: SandboxDeployInput,
  status: 201,
  answer: Deployment,
  async handle(deps, { body }) {
    const world = requireSandbox(deps);
    const order = await orderOf(world, body);
    await untilListened(world, deps);
    const deployments: Registered[] = [];
    try {
      for (const { key, service, ...said } of await world.prepare(order)) {
        const registration = toRegistration({ ...said, service: key, author: 'sandbox' }, null);
        deployments.push({ service, deployment: await register(deps, registration) });
      }
      await world.deploy(
        order,
        Object.fromEntries(deployments.map(({ service, deployment }) => [service, deployment.id])),
      );
    } catch (error) {
      await endAsFailed(deps, deployments);
      throw error;
    }
    const [first] = deployments;
    if (!first) throw new Error('the pipeline of the sandbox registered nothing');
    return first.deployment;
  },
});

interface Registered {
  /** Name of the service. */
  service: string;
  deployment: Deployment;
}

/** Nobody else would: the pipeline of the sandbox has not begun, or nobody can tell whether it has. */
async function endAsFailed(deps: EndpointDependencies, registered: readonly Registered[]): Promise<void> {
  const detail = 'the sandbox could not bring it out';
  for (const { deployment } of registered)
    await reportStatus(
      engineDeps(deps),
      { id: deployment.id, status: 'failed', detail },
      new AbortController().signal,
    );
}

async function orderOf(
  world: SandboxWorld,
  { service, tag, shows }: Static<typeof SandboxDeployInput>,
): Promise<SandboxOrder> {
  const offered = (await world.shown())
    .filter(({ name }) => shows === undefined || name === shows)
    .flatMap((shown) => shown.services.map((one) => ({ ...one, shows: shown.name })))
    .filter(({ key }) => key === service);
  const [sample] = offered;
  if (!sample) throw notFound(`The sandbox has no service ${service}.`);
  const found = offered.find(({ versions }) => versions.some((one) => one.tag === tag));
  if (found) return { shows: found.shows, service: found.name, tag };
  const tags = offered.flatMap(({ versions }) => versions.map((one) => one.tag)).join(', ');
  throw new ProblemError(
    422,
    'invalid-request',
    `/tag: ${sample.name} has no version ${tag}; it has ${tags}.`,
    {
      errors: [{ path: '/tag', message: 'is not a version of this service' }],
    },
  );
}

/**
 * A young sandbox waits a slot: what is deployed before its metric store has listened for one would only be suggested to be taken
 * back, since nothing shows how the service did before.
 */
async function untilListened(
  world: SandboxWorld,
  { clock, settings }: Pick<EndpointDependencies, 'clock' | 'settings'>,
): Promise<void> {
  const leftMs = (await world.listeningSince()) + settings.judging.intervalMs - clock.now();
  await sleep(Math.min(Math.max(leftMs, 0), settings.judging.intervalMs));
}
