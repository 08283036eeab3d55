import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { EndpointDependencies } from '../endpoints/endpoint-dependencies.ts';
import { fillSandbox } from './fill-sandbox.ts';
import { lendDatabase, lendNothing } from './lend.ts';

interface ShopOptions {
  controlUrl: string;
  /** URL of the embedded database; null where there is none to lend. */
  lends: string | null;
  signal: AbortSignal;
  log: Pick<FastifyBaseLogger, 'warn'>;
}

const lookEveryMs = 2_000;
/** A machine that has not brought up a service after so many looks that went well lacks something for it. */
const looks = 150;

/** The shop of the sandbox as Lastgood is told of it: what stands at the start at once, the rest as it comes up. */
export function openSandboxShop(deps: EndpointDependencies, { controlUrl, lends, signal, log }: ShopOptions) {
  const declared = new Set<string>();

  /** Whatever stands by now and was not declared yet; true when that is all there is. */
  async function declare(): Promise<boolean> {
    const shown = (await deps.sandbox?.shown()) ?? [];
    const standing = shown.flatMap(({ services }) => services.map(({ name }) => name));
    const playable = new Set(standing.filter((name) => !declared.has(name)));
    if (playable.size > 0) await fillSandbox(deps, controlUrl, { playable, signal });
    for (const name of playable) declared.add(name);
    return shown.every(({ waitsFor }) => waitsFor === null);
  }

  let isLent = false;
  async function look(): Promise<boolean> {
    if (!isLent) await (lends === null ? lendNothing(controlUrl) : lendDatabase(lends, controlUrl));
    isLent = true;
    return declare();
  }

  /** What fails passes, as an outage of the database does: it is looked again, and is told of once. */
  async function follow(): Promise<void> {
    let told: string | null = null;
    for (let left = looks; left > 0 && !signal.aborted; ) {
      try {
        if (await look()) return;
        left -= 1;
        told = null;
      } catch (error) {
        if (signal.aborted) return;
        if (told !== String(error)) log.warn({ err: error }, 'part of the sandbox is not shown yet');
        told = String(error);
      }
      await sleep(lookEveryMs, undefined, { signal });
    }
  }

  return {
    declare: async () => void (await declare()),
    /** Goes on in the background. */
    follow(): void {
      follow().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, 'part of the sandbox is not shown');
      });
    },
  };
}
