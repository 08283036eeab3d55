import type { OperationDependencies, SandboxWorld } from '../dependencies.ts';
import type { Operations } from '../operations.ts';
import { notFound, ProblemError } from '../problems/problem-error.ts';
import { register } from './deployments.ts';

/** What the dashboard plays with in the sandbox: it registers and applies, as a pipeline would. */
export function sandboxOperations(
  deps: OperationDependencies,
): Pick<Operations, 'sandboxView' | 'sandboxDeploy'> {
  return {
    async sandboxView() {
      const services = await worldOf(deps).services();
      return { services: services.map(({ key, ...rest }) => ({ service: key, ...rest })) };
    },
    async sandboxDeploy({ service, tag }) {
      const world = worldOf(deps);
      const sample = (await world.services()).find((one) => one.key === service);
      if (!sample) throw notFound(`The sandbox has no service ${service}.`);
      const version = sample.versions.find((one) => one.tag === tag);
      if (!version) {
        throw new ProblemError(
          422,
          'invalid-request',
          `/tag: ${sample.name} has no version ${tag}; it has ${sample.versions.map((one) => one.tag).join(', ')}.`,
          { errors: [{ path: '/tag', message: 'is not a version of this service' }] },
        );
      }
      const deployment = await register(deps, {
        service,
        idempotencyKey: null,
        version: tag,
        commit: null,
        author: 'sandbox',
        pipelineUrl: null,
        images: world.images(service, tag),
        changes: [],
      });
      await world.deploy(service, tag, deployment.id);
      return deployment;
    },
  };
}

function worldOf({ sandbox }: OperationDependencies): SandboxWorld {
  if (!sandbox) throw notFound('This Lastgood runs without the sandbox. Set sandbox: true to try it.');
  return sandbox;
}
