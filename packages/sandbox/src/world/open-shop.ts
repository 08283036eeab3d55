import { join } from 'node:path';
import { newestVersion } from './shop/images.ts';
import { shop } from './shop/index.ts';
import { createPreparation, type Preparation } from './shop/preparation.ts';
import type { OfferedService, OpenScenario, Scenario, ScenarioPlace } from './shop/scenario.ts';

/** A scenario of the shop as it stands on this machine: open, or what it lacks here. */
export interface Shown {
  scenario: Pick<Scenario, 'name' | 'title' | 'about'>;
  open: OpenScenario | null;
  /** What this machine lacks for it, in words such as "needs git"; null when nothing. */
  lacks(): string | null;
  /** Why it cannot be played with yet, in words; null when it can, or never will by itself. */
  waitsFor(): string | null;
}

export interface OpenShop {
  shown: readonly Shown[];
  /** Puts there what is not there yet. What fails of one scenario is tried again later, and keeps nothing else. */
  populate(): Promise<void>;
  /** Where Lastgood finds what stands beside the cluster, by the scenario it belongs to. */
  addresses(): Record<string, Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

interface Surroundings extends Pick<ScenarioPlace, 'cluster' | 'clusterUrl' | 'clock' | 'onError'> {
  dataDir: string;
  /** Null or absent: all. */
  shows?: readonly string[] | null;
  controlUrl: string;
  /** What the cluster remembers of its workloads, as JSON text. */
  history(): string;
  scenarios?: readonly Scenario[];
}

/**
 * Opens what the shop shows, each in a folder and under an address of its own.
 * @throws Error when it is to show what it does not have
 */
export async function openShop(around: Surroundings): Promise<OpenShop> {
  const { shows = null, scenarios = shop } = around;
  const shown = await Promise.all(
    chosen(scenarios, shows).map(async (scenario) => {
      const lacks = (await scenario.lacks?.()) ?? null;
      return lacks === null ? openOne(scenario, around) : lacking(scenario, lacks);
    }),
  );
  return {
    shown,
    populate: async () => void (await Promise.all(shown.map((one) => one.populate()))),
    addresses: () =>
      Object.fromEntries(
        shown.flatMap(({ scenario, open }) => (open?.addresses ? [[scenario.name, open.addresses]] : [])),
      ),
    close: async () => void (await Promise.all(shown.map((one) => one.close()))),
  };
}

function chosen(scenarios: readonly Scenario[], shows: readonly string[] | null): readonly Scenario[] {
  const names = scenarios.map(({ name }) => name);
  const unknown = shows?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`the sandbox does not show ${unknown}; it shows ${names.join(', ')}`);
  return shows ? scenarios.filter(({ name }) => shows.includes(name)) : scenarios;
}

type Standing = Shown & { populate(): Promise<void>; close(): Promise<void> };

function lacking(scenario: Scenario, words: string): Standing {
  const nothing = () => Promise.resolve();
  return {
    ...{ scenario, open: null, lacks: () => words, waitsFor: () => null },
    ...{ populate: nothing, close: nothing },
  };
}

const longestWords = 300;

/** One that cannot be opened, for a git that does not work, keeps the others from nothing. */
async function openOne(scenario: Scenario, around: Surroundings): Promise<Standing> {
  const { dataDir, controlUrl, history, scenarios: _, shows: __, ...rest } = around;
  const place: ScenarioPlace = {
    ...rest,
    folder: folderOf(dataDir, scenario),
    url: addressOf(controlUrl, scenario),
    newestVersion: (service) => newestVersion(service, history()),
  };
  try {
    return standing(scenario, await scenario.open(place), around);
  } catch (error) {
    around.onError(error);
    const words = error instanceof Error ? error.message : String(error);
    return lacking(scenario, `could not be opened: ${words.slice(0, longestWords)}`);
  }
}

function standing(scenario: Scenario, open: OpenScenario, { clock, onError }: Surroundings): Standing {
  /** Of what could not be put there at the start. */
  let again: Preparation | null = null;
  return {
    ...{ scenario, open },
    lacks: () => again?.lacks() ?? open.lacks?.() ?? null,
    waitsFor: () => again?.waitsFor() ?? open.waitsFor?.() ?? null,
    async populate() {
      try {
        await open.populate();
      } catch (error) {
        onError(error);
        again = createPreparation({ work: () => open.populate(), clock, onError });
        again.beginLater();
      }
    },
    async close() {
      again?.close();
      await open.close?.();
    },
  };
}

/** What it offers by now, and why it is not all; never throws: somebody may have deleted what it stands on. */
export async function offeredOf(
  shown: Shown,
): Promise<{ lacks: string | null; waitsFor: string | null; services: OfferedService[] }> {
  const [lacks, waitsFor] = [shown.lacks(), shown.waitsFor()];
  if (!shown.open || lacks !== null) return { lacks, waitsFor: null, services: [] };
  try {
    return { lacks, waitsFor, services: await shown.open.offered() };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { lacks, waitsFor: waitsFor ?? words.slice(0, longestWords), services: [] };
  }
}

/** Where a scenario keeps what it has. */
export function folderOf(dataDir: string, { name }: Pick<Scenario, 'name'>): string {
  return join(dataDir, name);
}

/** Where what a scenario answers is asked. */
export function addressOf(controlUrl: string, { name }: Pick<Scenario, 'name'>): string {
  return `${controlUrl}/shows/${name}`;
}
