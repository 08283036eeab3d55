import type { Store } from '@lastgood/store';
import type { Part, PassBoard } from './pass-board.ts';

/**
 * The store as it is, with what the worker and the outbox get through it reported. At the store and not at their loops: a
 * receiver that keeps a message waiting, or a worker that carries as many runs as it may, is no sign of ill health.
 */
export function reportPasses<S extends Pick<Store, 'runs' | 'outbox'>>(store: S, passes: PassBoard): S {
  const told =
    <Given extends unknown[], Answer>(part: Part, act: (...given: Given) => Promise<Answer>) =>
    (...given: Given): Promise<Answer> =>
      reportPass(passes, part, () => act(...given));
  const { runs, outbox } = store;
  return {
    ...store,
    runs: {
      claim: told('worker', runs.claim),
      renew: told('worker', runs.renew),
      commit: told('worker', runs.commit),
    },
    outbox: {
      ...outbox,
      take: told('outbox', outbox.take),
      delivered: told('outbox', outbox.delivered),
      failed: told('outbox', outbox.failed),
      giveUp: told('outbox', outbox.giveUp),
      late: told('outbox', outbox.late),
      fallBack: told('outbox', outbox.fallBack),
    },
  };
}

/** Does it and tells how it went. */
export async function reportPass<T>(passes: PassBoard, part: Part, act: () => Promise<T>): Promise<T> {
  try {
    const answer = await act();
    passes.completed(part);
    return answer;
  } catch (error) {
    passes.failed(part, error);
    throw error;
  }
}
