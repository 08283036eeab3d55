import { infrastructureContract } from '@lastgood/testkit/contracts/infrastructure';
import { describe } from 'vitest';
import { openTerraformWorld, orWhyNot, resource, terraformBinary } from './terraform-harness.ts';

describe.skipIf(terraformBinary === null)(`the real program${orWhyNot}`, () => {
  infrastructureContract('terraform', async () => {
    const world = await openTerraformWorld();
    const [good, bad, third] = [
      resource('web', 'good'),
      resource('web', 'bad') + resource('extra', 'x'),
      resource('web', 'third'),
    ];
    const [to, from] = [world.commit(good), world.commit(bad)];
    await world.applyAs(bad);
    return {
      ...{ stack: 'shop', from, to, stranger: /somebody \(lock 1234-5678/ },
      open: () => world.open(),
      inPlace() {
        const { web } = world.inputs();
        return web === 'bad' ? 'from' : web === 'good' ? 'to' : "the stranger's";
      },
      applied: () => world.applies(),
      strangerApplies: () => world.applyAs(third),
      strangerLocks(is) {
        world.server.lock = is ? { ID: '1234-5678', Who: 'ann@laptop' } : null;
      },
      isLocked: () => world.server.lock !== null,
      behave: (how) => world.behave(how),
      settle: () => world.atRest(),
      close: () => world.close(),
    };
  });
});
