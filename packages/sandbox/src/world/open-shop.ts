import { join } from 'node:path';
import { newestVersion } from './shop/images.ts';
import { shop } from './shop/index.ts';
import type { OpenScenario, Scenario, ScenarioPlace } from './shop/scenario.ts';

/** A scenario of the shop as it stands on this machine: open, or what it lacks here. */
export interface Shown {
  scenario: Scenario;
  open: OpenScenario | null;
  lacks: string | null;
}

export interface OpenShop {
  shown: readonly Shown[];
  populate(): Promise<void>;
  /** Where Lastgood finds what stands beside the cluster, by the scenario it belongs to. */
  addresses(): Record<string, Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

interface Surroundings extends Pick<ScenarioPlace, 'cluster' | 'clusterUrl' | 'clock' | 'onError'> {
  dataDir: string;
  shows: readonly string[] | null;
  controlUrl: string;
  /** What the cluster remembers of its workloads, as JSON text. */
  history(): string;
}

/**
 * Opens what the shop shows, each in a folder and under an address of its own.
 * @throws Error when it is to show what it does not have
 */
export async function openShop(surroundings: Surroundings): Promise<OpenShop> {
  const { dataDir, shows, controlUrl, history, ...rest } = surroundings;
  const shown = await Promise.all(
    chosen(shows).map(async (scenario): Promise<Shown> => {
      const lacks = (await scenario.lacks?.()) ?? null;
      if (lacks !== null) return { scenario, open: null, lacks };
      const place: ScenarioPlace = {
        ...rest,
        folder: folderOf(dataDir, scenario),
        url: addressOf(controlUrl, scenario),
        newestVersion: (service) => newestVersion(service, history()),
      };
      return { scenario, open: await scenario.open(place), lacks: null };
    }),
  );
  return {
    shown,
    populate: async () => void (await Promise.all(shown.map(({ open }) => open?.populate()))),
    addresses: () =>
      Object.fromEntries(
        shown.flatMap(({ scenario, open }) => (open?.addresses ? [[scenario.name, open.addresses]] : [])),
      ),
    close: async () => void (await Promise.all(shown.map(({ open }) => open?.close?.()))),
  };
}

function chosen(shows: readonly string[] | null): readonly Scenario[] {
  const names = shop.map(({ name }) => name);
  const unknown = shows?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`the sandbox does not show ${unknown}; it shows ${names.join(', ')}`);
  return shows ? shop.filter(({ name }) => shows.includes(name)) : shop;
}

/** Where a scenario keeps what it has. */
export function folderOf(dataDir: string, { name }: Pick<Scenario, 'name'>): string {
  return join(dataDir, name);
}

/** Where what a scenario answers is asked. */
export function addressOf(controlUrl: string, { name }: Pick<Scenario, 'name'>): string {
  return `${controlUrl}/shows/${name}`;
}
