import { imageOf, tagOf } from '../images.ts';
import { createPreparation } from '../preparation.ts';
import type { OfferedVersion, OpenScenario, Scenario, ScenarioPlace } from '../scenario.ts';
import { bringUp } from '../two-releases.ts';
import { dbmateMissing, migrateOrders } from './dbmate.ts';
import { answerLender } from './lender.ts';
import { orderFolders, renamedVersion, writeFirstMigration, writeRenaming } from './migration-files.ts';
import { keptDatabase } from './order-database.ts';
import { startOrders } from './start-orders.ts';

const name = 'orders';
const workload = { kind: 'Deployment', name } as const;
const releases = { name, history: [4, 5], replicas: 2 } as const;

/** The seed's first story, under traffic: a column is renamed, and going back by the image alone would break what works. */
export const migration: Scenario = {
  name: 'migration',
  title: 'A database and its migrations',
  about:
    'The release renames a column of a real database. Its old code alone would find no column it knows: what writes is stopped, the migration reversed, the data repaired, and then the old code starts again. No order is lost.',
  services: [{ name, workloads: [workload], dependencies: ['payments'], declared: true }],
  programs: { [name]: startOrders },
  lacks: async () => dbmateMissing(),
  open: async (place) => openOrders(place),
};

function openOrders(place: ScenarioPlace): OpenScenario {
  const { folder, cluster, clock, newestVersion, onError } = place;
  const folders = orderFolders(folder);
  const closing = new AbortController();
  let renaming: Promise<void> | null = null;

  async function migrate(to: string): Promise<void> {
    const database = await keptDatabase(folder);
    if (!database) throw new Error('nobody has lent the orders a database');
    await migrateOrders(database.ownerUrl, to, closing.signal);
  }

  /** Two presses are one migration: dbmate would run it twice at once. */
  function renameColumn(): Promise<void> {
    renaming ??= writeRenaming(folders)
      .then(() => migrate(folders.migrations))
      .finally(() => {
        renaming = null;
      });
    return renaming;
  }

  const preparation = createPreparation({
    async work() {
      await writeFirstMigration(folders);
      await migrate(folders.first);
      await bringUp(releases, place);
    },
    ...{ clock, onError, first: 'it waits for the database that Lastgood lends it' },
  });
  const lack = () =>
    preparation.lack('needs a database, which only the embedded PostgreSQL of Lastgood lends');
  return {
    // It begins when Lastgood lends it a database.
    populate: () => Promise.resolve(),
    waitsFor: preparation.waitsFor,
    lacks: preparation.lacks,
    async offered() {
      if ((preparation.lacks() ?? preparation.waitsFor()) !== null) return [];
      const running = tagOf((await cluster.rollout(workload)).image);
      return [{ name, running, versions: [renamingIn(newestVersion(name) + 1)] }];
    },
    async prepare({ service, tag }) {
      // It is registered with its way back, which stands in the same file.
      await writeRenaming(folders);
      const target = { database: databaseName };
      return [
        {
          ...{ service, version: tag, images: { app: imageOf(service, tag) } },
          changes: [{ kind: 'migration', target, after: renamedVersion }],
        },
      ];
    },
    async bringOut({ service, tag }, job) {
      const image = imageOf(service, tag);
      // It waits for whoever holds the table, which may take longer than who ordered waits.
      job.goOn(async () => {
        await renameColumn();
        await cluster.setImage(workload, image);
        await job.report(service, await job.rolledOut(workload, image));
      });
    },
    answer: (path, incoming, outgoing) =>
      answerLender({ folder, begin: preparation.begin, lack }, { path, incoming, outgoing }),
    addresses: { migrations: folders.migrations, fixUps: folders.fixUps },
    async close() {
      preparation.close();
      closing.abort();
    },
  };
}

/** As the configuration of Lastgood names it. */
const databaseName = 'shop-orders';

function renamingIn(version: number): OfferedVersion {
  return {
    tag: `v${version}-renaming`,
    behaviour: 'migration',
    description: 'Renames a column, and one of its own readers still asks for the old name.',
    healthy: false,
  };
}
