import { infrastructureContract } from '@lastgood/testkit/contracts/infrastructure';
import { createCloudformation } from './cloudformation.ts';
import { startStack } from './cloudformation-harness.ts';

infrastructureContract('cloudformation, on its wire,', async () => {
  const server = await startStack();
  const opened: ReturnType<typeof createCloudformation>[] = [];
  return {
    ...{ stack: 'queues', from: 'v42', to: 'v41', stranger: /an update from elsewhere \(UPDATE_IN_PROGRESS/ },
    open() {
      const one = createCloudformation({
        ...{ name: 'queues', region: server.region, endpoint: server.url, ...server.key, timeoutMs: 5_000 },
        templateUrl: 'https://templates.example/queues/{version}.yaml',
        versionParameter: 'Version',
      });
      opened.push(one);
      return one;
    },
    inPlace() {
      const { Version } = server.stack.parameters;
      return Version === 'v42' ? 'from' : Version === 'v41' ? 'to' : "the stranger's";
    },
    // The events of a stack tell what was begun; a request that was refused leaves none.
    applied: () =>
      server.stack.events.filter(
        ({ ResourceStatus: status, ClientRequestToken: token }) =>
          status === 'UPDATE_IN_PROGRESS' && token !== undefined,
      ).length,
    async strangerApplies() {
      server.update('v43');
      server.settle();
    },
    strangerLocks(is) {
      if (is) server.update('v42');
      else server.settle();
    },
    isLocked: () => server.stack.status.endsWith('_IN_PROGRESS'),
    behave(how) {
      server.fault = how === 'well' ? null : { kind: how };
    },
    settle: async () => server.settle(),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await server.close();
    },
  };
});
