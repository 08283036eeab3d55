import type { StartProgram } from '../../../services/index.ts';

/** Which versions speak the third form of the catalog's answers. */
export const thirdForm = '-api3';

/**
 * The catalog's answers. In their second form a price is a number; in the third it is an object, which this version leaves out
 * where a price has no currency. To the catalog itself that is an answer like any other.
 */
export const catalogProgram: StartProgram = ({ version }) => ({
  errorShare: () => 0,
  answers: () =>
    version.endsWith(thirdForm)
      ? { form: 3, items: [{ name: 'shoes' }] }
      : { form: 2, items: [{ price: 79 }] },
});

const readEveryMs = 1_000;

/**
 * Whoever shows prices asks the catalog for them now and then, and goes on with what it read last where the catalog does not
 * answer. What it cannot read it can do nothing with: those requests fail.
 */
export const priceReader: StartProgram = ({ version, clock, ask }) => {
  const reads = version.endsWith(thirdForm) ? 3 : 2;
  let failingShare = 0;
  let readAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<void> {
    const answer = await ask('catalog');
    if (answer) failingShare = shareOf(answer as Partial<CatalogAnswer>, reads);
  }

  return {
    errorShare() {
      if (clock.now() - readAt >= readEveryMs) {
        readAt = clock.now();
        void read();
      }
      return failingShare;
    },
  };
};

interface CatalogAnswer {
  form: number;
  items: { price?: unknown }[];
}

function shareOf({ form, items = [] }: Partial<CatalogAnswer>, reads: number): number {
  if (form !== reads) return 0.6;
  return items.some(({ price }) => price === undefined) ? 0.4 : 0;
}
