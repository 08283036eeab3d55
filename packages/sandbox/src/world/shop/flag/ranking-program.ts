import { request } from 'undici';
import type { StartProgram } from '../../../services/index.ts';

export const environment = 'sandbox';
export const flagName = 'new-ranking';

/** Not far from what a client sees that its flag service streams changes to. */
const readEveryMs = 250;
const failingShare = 0.4;
const answersWithinMs = 1_000;

/**
 * Asks its flag at the flag service as long as it is asked itself, and ranks anew while it is on: which fails for two of five
 * requests, in every version that has the code. What it read last counts while the flag service does not answer.
 */
export const rankingProgram: StartProgram = ({ url, clock }) => {
  let isOn = false;
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    try {
      const { statusCode, body } = await request(`${url}/${environment}/${flagName}`, {
        headersTimeout: answersWithinMs,
        bodyTimeout: answersWithinMs,
      });
      const text = await body.text();
      if (statusCode === 200) isOn = (JSON.parse(text) as { on: boolean }).on;
    } catch {
      // As it was.
    }
  }

  return {
    errorShare() {
      if (clock.now() - readAt >= readEveryMs) {
        readAt = clock.now();
        void read();
      }
      return isOn ? failingShare : 0;
    },
    answers: () => ({ ranking: isOn ? 'new' : 'proven' }),
  };
};
