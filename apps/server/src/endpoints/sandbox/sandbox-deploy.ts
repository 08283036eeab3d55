import { setTimeout as sleep } from 'node:timers/promises';
import { noContracts } from '@lastgood/domain';
import { notFound, ProblemError } from '../../problems/problem-error.ts';
import type { SandboxWorld } from '../../sandbox/sandbox-world.ts';
import { Deployment } from '../deployments/deployment-schema.ts';
import { register } from '../deployments/register.ts';
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
  body: SandboxDeployInput,
  status: 201,
  answer: Deployment,
  async handle(deps, { body: { service, tag } }) {
    const world = requireSandbox(deps);
    const sample = (await world.services()).find((one) => one.key === service);
    if (!sample) throw notFound(`The sandbox has no service ${service}.`);
    if (!sample.versions.some((one) => one.tag === tag)) {
      const tags = sample.versions.map((one) => one.tag).join(', ');
      throw new ProblemError(
        422,
        'invalid-request',
        `/tag: ${sample.name} has no version ${tag}; it has ${tags}.`,
        { errors: [{ path: '/tag', message: 'is not a version of this service' }] },
      );
    }
    await untilListened(world, deps);
    const deployment = await register(deps, {
      service,
      idempotencyKey: null,
      version: tag,
      commit: null,
      author: 'sandbox',
      pipelineUrl: null,
      images: world.images(service, tag),
      changes: [],
      contracts: noContracts,
    });
    await world.deploy(service, tag, deployment.id);
    return deployment;
  },
});

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
