import { request } from 'undici';
import type { StartProgramOf } from '../services/index.ts';
import type { DataPlane } from '../traffic/index.ts';
import { addressOf, folderOf } from './open-shop.ts';
import { shop } from './shop/index.ts';

export interface Programs {
  start: StartProgramOf;
  /** From now on they reach each other; before, nobody answers. */
  reach(dataPlane: Pick<DataPlane, 'pick'>): void;
}

const answersWithinMs = 1_000;

/** What the scenarios have the processes of their services do. Processes start before there is a way between them. */
export function programsOf(dataDir: string, controlUrl: string): Programs {
  let reached: Pick<DataPlane, 'pick'> | null = null;

  async function ask(host: string): Promise<Record<string, unknown> | null> {
    const target = reached?.pick(host);
    if (!target) return null;
    const within = { headersTimeout: answersWithinMs, bodyTimeout: answersWithinMs };
    try {
      const { statusCode, body } = await request(`${target.url}/items`, within);
      const text = await body.text();
      return statusCode === 200 ? (JSON.parse(text) as Record<string, unknown>) : null;
    } catch {
      return null;
    }
  }

  return {
    start(service, place) {
      const scenario = shop.find(({ programs }) => programs && Object.hasOwn(programs, service));
      if (!scenario) return undefined;
      const [url, folder] = [addressOf(controlUrl, scenario), folderOf(dataDir, scenario)];
      return scenario.programs?.[service]?.({ ...place, ask, url, folder });
    },
    reach(dataPlane) {
      reached = dataPlane;
    },
  };
}
