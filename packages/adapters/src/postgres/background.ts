import type { EffectResult } from '@lastgood/domain/rollback/effect';

/** How long an attempt waits for work that is mostly short; after that it is looked at. */
const waitedForMs = 5_000;

export interface Background {
  /** Sets work going unless it is under way, and tells how it ended where that is soon. */
  start(operation: string, work: () => Promise<EffectResult>): Promise<EffectResult>;
}

/**
 * Work that may outlast the attempt that set it going. How it failed is told to the next attempt, once: whoever resumes tries
 * anew. What a process that ended has set going is found in the database, by its name.
 */
export function createBackground(): Background {
  const going = new Map<string, Promise<EffectResult>>();
  const failed = new Map<string, EffectResult>();
  return {
    async start(operation, work) {
      const told = failed.get(operation);
      failed.delete(operation);
      if (told) return told;
      const begun = going.get(operation) ?? safely(work).finally(() => going.delete(operation));
      going.set(operation, begun);
      const soon = await Promise.race([begun, later()]);
      if (soon !== null) return soon;
      void begun.then((result) => {
        if (result.kind === 'refused') failed.set(operation, result);
      });
      return { kind: 'applied', note: 'under way' };
    },
  };
}

/** A fault of our own has set nothing going that the database does not show. */
async function safely(work: () => Promise<EffectResult>): Promise<EffectResult> {
  try {
    return await work();
  } catch (error) {
    return { kind: 'retry', reason: error instanceof Error ? error.message : String(error), afterMs: 2_000 };
  }
}

function later(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), waitedForMs).unref();
  });
}
