import { afterEach, beforeEach, describe } from 'vitest';
import { aBaseline, aDeployment, aService, dayZero } from '../scenario/builders.ts';
import { describeAlerts } from './store/alerts.ts';
import { describeCommands } from './store/commands.ts';
import { describeDependencies } from './store/dependencies.ts';
import { describeDeployments } from './store/deployments.ts';
import { describeFullClusters } from './store/full-clusters.ts';
import { describeLeases } from './store/leases.ts';
import { describeMembers } from './store/members.ts';
import { describeNeverCame } from './store/never-came.ts';
import { describeOutbox } from './store/outbox.ts';
import { describeOvertaken } from './store/overtaken.ts';
import { describeSlots } from './store/slots.ts';
import { describeStanding } from './store/standing.ts';
import { describeStops } from './store/stops.ts';
import type { StoreUnderTest } from './store/store-under-test.ts';
import { describeToldOver } from './store/told-over.ts';
import { describeWatched } from './store/watched.ts';

/** What the PostgreSQL store and its twin in memory both promise the engine. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store contract`, () => {
    let store: StoreUnderTest;
    beforeEach(async () => {
      store = await open();
      await store.services.apply(aService(), 'test', dayZero);
      await store.deployments.commit({ newDeployments: [aBaseline()] });
      await store.deployments.commit({ newDeployments: [aDeployment()] });
    });
    afterEach(() => store.close());

    describeDeployments(() => store);
    describeNeverCame(() => store);
    describeLeases(() => store);
    describeFullClusters(() => store);
    describeSlots(() => store);
    describeWatched(() => store);
    describeDependencies(() => store);
    describeCommands(() => store);
    describeStops(() => store);
    describeOutbox(() => store);
    describeStanding(() => store);
    describeMembers(() => store);
    describeOvertaken(() => store);
    describeToldOver(() => store);
    describeAlerts(() => store);
  });
}
